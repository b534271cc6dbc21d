//! How readings are written in tables: a line a field.

use std::borrow::Cow;

use crate::profile::{Field, Fields, Holds, Part, Presence, Reading, Role, Shape, Source};

/// A shape of payload that is read.
pub(crate) const fn reading(name: &'static str, payload: Shape, source: Source) -> Reading {
    Reading { name: Cow::Borrowed(name), payload, says: None, refused: None, source }
}

/// A shape of payload that is not read, and what to do instead.
pub(crate) const fn refused(name: &'static str, payload: Shape, instead: &'static str, source: Source) -> Reading {
    Reading { name: Cow::Borrowed(name), payload, says: None, refused: Some(Cow::Borrowed(instead)), source }
}

/// An object, and what it is about.
pub(crate) const fn shape(of: Option<Part>, fields: &'static [Field]) -> Shape {
    Shape { of, required: false, object: Fields::of(Cow::Borrowed(fields)) }
}

const fn field(name: &'static str, holds: Holds) -> Field {
    Field::new(Cow::Borrowed(name), holds)
}

/// A value that says this.
pub(crate) const fn says(name: &'static str, role: Role) -> Field {
    field(name, Holds::One(role))
}

/// A value that says all of these.
pub(crate) const fn says_all(name: &'static str, roles: &'static [Role]) -> Field {
    field(name, Holds::All(Cow::Borrowed(roles)))
}

/// A value that says this, and must be there.
pub(crate) const fn required(name: &'static str, role: Role) -> Field {
    field(name, Holds::Required { required: role })
}

/// A guard: the field has a value, or has none.
pub(crate) const fn guard(name: &'static str, presence: Presence) -> Field {
    field(name, Holds::Guard(presence))
}

/// A guard: the field has one of these texts.
pub(crate) const fn is(name: &'static str, texts: &'static [Cow<'static, str>]) -> Field {
    field(name, Holds::Is { is: Cow::Borrowed(texts), or_absent: false })
}

/// A guard: the field has one of these texts, or no value.
pub(crate) const fn is_or_absent(name: &'static str, texts: &'static [Cow<'static, str>]) -> Field {
    field(name, Holds::Is { is: Cow::Borrowed(texts), or_absent: true })
}

/// An object, and what it is about.
pub(crate) const fn object(name: &'static str, of: Option<Part>, fields: &'static [Field]) -> Field {
    field(name, Holds::Object(shape(of, fields)))
}

/// An object that must be there.
pub(crate) const fn required_object(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Holds::Object(Shape { of: None, required: true, object: Fields::of(Cow::Borrowed(fields)) }))
}

/// An item of a list.
pub(crate) const fn item(of: Part, fields: &'static [Field]) -> Holds {
    Holds::Object(shape(Some(of), fields))
}

/// A list, and what its items may be.
pub(crate) const fn each(name: &'static str, items: &'static [Holds]) -> Field {
    field(name, Holds::Each { each: Cow::Borrowed(items), required: false, newest_first: false, single: false })
}

/// A list whose newest item comes first.
pub(crate) const fn each_newest_first(name: &'static str, items: &'static [Holds]) -> Field {
    field(name, Holds::Each { each: Cow::Borrowed(items), required: false, newest_first: true, single: false })
}
