// What can be done, as data: the groups of controls, their fields, and the scenario's action that each stands for.
// Nothing here says what is legal: every control is tried on the crate.

const amount = (title, hint) => ({ name: "amount", title, hint, mode: "decimal" });
const key = (hint) => ({ name: "idempotency_key", title: "idempotency key", hint });

const OUTCOMES = [
  ["success", "success"],
  ["failed", "failed"],
  ["pending", "pending"],
  ["no_response", "timed out"],
];

const answers = (action, fields) =>
  OUTCOMES.map(([result, title]) => ({
    id: `${action}-${result}`,
    title,
    action,
    fixed: { result },
    fields: result === "success" ? fields : fields.filter((name) => name !== "done"),
  }));

export const GROUPS = [
  {
    id: "authorization",
    title: "Authorization",
    fields: [
      amount("amount", "the order's"),
      { name: "capture_before", title: "capture before", hint: "2026-01-08T00:00:00Z" },
      { name: "pays", title: "part of the price that it pays", hint: "all of it", mode: "decimal" },
    ],
    controls: [
      {
        id: "authorize",
        title: "Authorize",
        action: "authorize",
        fields: ["amount", "capture_before", "pays"],
        strong: true,
      },
      { id: "authorization_failed", title: "Authorization fails", action: "authorization_failed", fields: [] },
      { id: "adjust", title: "Adjust to this amount", action: "adjust", fields: ["amount"] },
      { id: "expire", title: "The hold expires", action: "expire", fields: [] },
    ],
  },
  {
    id: "capture",
    title: "Capture",
    fields: [
      amount("amount", "everything"),
      key("none"),
      { name: "currency", title: "currency", hint: "not stated" },
      { name: "final", title: "final: release what remains", kind: "check" },
    ],
    controls: [
      {
        id: "capture",
        title: "Capture",
        action: "capture",
        fields: ["amount", "currency", "idempotency_key", "final"],
        strong: true,
      },
    ],
    answer: {
      title: "The gateway answers",
      fields: [
        { ...amount("amount of the success", "as requested"), name: "done", as: "amount" },
        { ...key("the oldest outstanding"), name: "of", as: "idempotency_key", title: "of key" },
      ],
      controls: [
        ...answers("capture_outcome", ["done", "of"]),
        { id: "capture_reversed", title: "reversed later", action: "capture_reversed", fields: ["done", "of"] },
      ],
    },
  },
  {
    id: "void",
    title: "Void",
    fields: [amount("amount", "everything"), key("none")],
    controls: [{ id: "void", title: "Void", action: "void", fields: ["amount", "idempotency_key"], strong: true }],
    answer: { title: "The gateway answers", fields: [], controls: answers("void_outcome", []) },
  },
  {
    id: "refund",
    title: "Refund",
    fields: [amount("amount", "everything"), key("none")],
    controls: [
      { id: "refund", title: "Refund", action: "refund", fields: ["amount", "idempotency_key"], strong: true },
    ],
    answer: {
      title: "The gateway answers",
      fields: [
        { ...amount("amount of the success", "as requested"), name: "done", as: "amount" },
        { ...key("the oldest outstanding"), name: "of", as: "idempotency_key", title: "of key" },
      ],
      controls: [
        ...answers("refund_outcome", ["done", "of"]),
        { id: "refund_reversed", title: "reversed later", action: "refund_reversed", fields: ["done", "of"] },
      ],
    },
  },
  {
    id: "report",
    title: "A person reports",
    fields: [
      { name: "captured", title: "captured in all", hint: "not known", mode: "decimal" },
      { name: "refunded", title: "refunded in all", hint: "not known", mode: "decimal" },
    ],
    controls: [{ id: "report", title: "Report these totals", action: "report", fields: ["captured", "refunded"] }],
  },
  {
    id: "process",
    title: "Your own process",
    fields: [],
    controls: [{ id: "restart", title: "Restart: store the events, read them back, replay", action: "restart", fields: [] }],
  },
];
