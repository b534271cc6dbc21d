//! The README and the guides, compiled: every snippet in them is a test.

macro_rules! guides {
    ($($name:ident $file:literal;)+) => {
        $(
            #[doc = include_str!($file)]
            struct $name;
        )+
    };
}

guides! {
    Readme "../README.md";
    Providers "../docs/providers.md";
    Embed "../docs/guide/embed.md";
    Import "../docs/guide/import.md";
    Upgrade "../docs/guide/upgrade.md";
    Routing "../docs/guide/routing.md";
    FreshGuide "../docs/guide/fresh.md";
    Surcharges "../docs/guide/surcharges.md";
    Conflicts "../docs/guide/conflicts.md";
    Deadlines "../docs/guide/deadlines.md";
    Refunds "../docs/guide/refunds.md";
    Validate "../docs/guide/validate.md";
    Timeout "../docs/guide/timeout.md";
    VoidGuide "../docs/guide/void.md";
    Captures "../docs/guide/captures.md";
    Charged "../docs/guide/charged.md";
    Webhooks "../docs/guide/webhooks.md";
    AmountsGuide "../docs/guide/amounts.md";
    OpenQuestions "../docs/guide/open-questions.md";
    Compared "../docs/guide/compared.md";
    Glossary "../docs/guide/glossary.md";
    Design "../docs/design.md";
}
