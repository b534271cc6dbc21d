"""Razorpay's official client against the stand-in. Arguments: address, payment, key id, secret, webhook file, signature."""

import sys

import razorpay
from razorpay.errors import BadRequestError

address, payment, key, secret, webhook, signature = sys.argv[1:7]
client = razorpay.Client(auth=(key, secret), base_url=address)
rupees = {"currency": "INR"}


def refused(name, call, expected):
    try:
        call()
    except BadRequestError as error:
        assert expected in str(error), f"{name}: {error}"
        print(f"  {name}: {error}")
        return
    raise AssertionError(f"{name} was not refused")


order = client.order.create({"amount": 12345, "currency": "INR", "receipt": "r-1"})
assert (order["entity"], order["status"], order["amount"]) == ("order", "created", 12345), order
fetched = client.payment.fetch(payment)
assert (fetched["status"], fetched["captured"]) == ("authorized", False), fetched

stranger = razorpay.Client(auth=(key, "wrong"), base_url=address)
refused("wrong key", lambda: stranger.payment.capture(payment, 10000, dict(rupees)), "provided is invalid")
refused("wrong amount", lambda: client.payment.capture(payment, 9999, dict(rupees)), "must be equal to the amount authorized")
refused("no integer", lambda: client.payment.capture(payment, "100.5", dict(rupees)), "must be an integer")
refused("unknown payment", lambda: client.payment.capture("pay_none", 10000, dict(rupees)), "does not exist")

captured = client.payment.capture(payment, 10000, dict(rupees))
assert (captured["id"], captured["status"], captured["captured"]) == (payment, "captured", True), captured
print("  capture: captured")
refused("repeated capture", lambda: client.payment.capture(payment, 10000, dict(rupees)), "already paid")

refund = client.payment.refund(payment, {"amount": 4000})
assert (refund["entity"], refund["amount"], refund["status"]) == ("refund", 4000, "processed"), refund
refused("refund of too much", lambda: client.payment.refund(payment, {"amount": 6001}), "greater")
refused("refund of no object", lambda: client.payment.refund(payment, 4000), "must be an integer")
assert client.payment.fetch(payment)["amount_refunded"] == 4000

with open(webhook, encoding="utf-8") as file:
    client.utility.verify_webhook_signature(file.read(), signature, "webhook-secret")
print("  webhook: the signature is what the client expects")
