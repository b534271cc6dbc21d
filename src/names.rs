//! Enums whose variants have names, and what is left out of a serialized form.

/// Enums, a list for each: a row gives a variant, its kebab-case name, and its meaning. The name is in serialized forms,
/// in `Display` and in `as_str`. All have the same traits; `Default` comes from outside.
macro_rules! names {
    ($($(#[$meta:meta])* pub enum $type:ident {
        $($(#[$attribute:meta])* $variant:ident $name:literal $says:literal)+
    })+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            pub enum $type {
                $(
                    #[doc = $says]
                    #[serde(rename = $name)]
                    $(#[$attribute])*
                    $variant,
                )+
            }

            impl $type {
                /// Every one, in the order of its declaration.
                pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

                /// The kebab-case name, the same as in serialized forms.
                #[must_use]
                pub const fn as_str(self) -> &'static str {
                    match self {
                        $(Self::$variant => $name,)+
                    }
                }
            }

            impl std::fmt::Display for $type {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.as_str())
                }
            }
        )+
    };
}

pub(crate) use names;

/// What is false, zero or empty is left out of a serialized form.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
