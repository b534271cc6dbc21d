//! How serde hands the text to the walk, value by value.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::profile::{Holds, mark};
use crate::read::walk::{Fit, Place, Walk};

/// A value to come, which belongs to the places from `from` on.
pub(super) struct Next<'w, 'p, 'a> {
    pub(super) walk: &'w mut Walk<'p, 'a>,
    pub(super) from: usize,
}

impl<'a> DeserializeSeed<'a> for Next<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, value: D) -> Result<(), D::Error> {
        self.walk.value(self.from, value)
    }
}

/// The name of a field.
pub(super) struct Name<'w, 'p, 'a> {
    pub(super) walk: &'w mut Walk<'p, 'a>,
    /// The objects that it is a field of.
    pub(super) level: Range<usize>,
    /// Those of these objects.
    pub(super) marks: u64,
}

impl<'a> DeserializeSeed<'a> for Name<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'a> Visitor<'a> for Name<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        let mark = mark(name.as_bytes());
        if self.marks & mark != 0 {
            self.walk.find(self.level, name, mark);
        }
        Ok(())
    }
}

/// The whole text, which is an object.
pub(super) struct Whole<'w, 'p, 'a>(pub(super) &'w mut Walk<'p, 'a>);

impl<'a> Visitor<'a> for Whole<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<(), A::Error> {
        let level = 0..self.0.objects.len();
        self.0.object(level, map)
    }
}

/// One that may be an object or a list in one of its places.
impl<'a> Visitor<'a> for Next<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<(), A::Error> {
        let from = self.walk.objects.len();
        self.walk.each_place(self.from, |walk, place| match place.holds {
            Holds::Object(shape) => {
                walk.given(place);
                walk.enter(place.name, shape, Some(place.object), place.item);
            }
            _ => walk.other_type(place),
        });
        let level = from..self.walk.objects.len();
        self.walk.object(level, map)
    }

    /// A list. An empty list instead of an object is what one provider's serializer writes for an object without keys.
    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        let (objects, values) = (self.walk.objects.len(), self.walk.values.len());
        let mut items = 0_usize;
        let lists = self.from..self.walk.places.len();
        while list.next_element_seed(ItemSeed { walk: self.walk, lists: lists.clone() })?.is_some() {
            items = items.saturating_add(1);
        }
        self.walk.each_place(self.from, |walk, place| match place.holds {
            Holds::Each { single: true, .. } if items != 1 => {}
            Holds::Each { each, required, .. } => {
                let has_values = walk.values.len() > values && each.iter().any(|item| !item.roles().is_empty());
                let listed =
                    walk.objects.iter().skip(objects).filter(|item| item.listed && item.around == place.object);
                if !required || has_values || listed.into_iter().any(|item| item.fit == Fit::Fits) {
                    walk.given(place);
                }
            }
            Holds::Object(_) if items == 0 && place.item.is_none() => {}
            Holds::Guard(_) if items == 0 => {}
            _ => walk.other_type(place),
        });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// One item of the lists in these places.
struct ItemSeed<'w, 'p, 'a> {
    walk: &'w mut Walk<'p, 'a>,
    lists: Range<usize>,
}

impl<'a> DeserializeSeed<'a> for ItemSeed<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, item: D) -> Result<(), D::Error> {
        let from = self.walk.places.len();
        for at in self.lists {
            let Some(Place { object, name, holds: Holds::Each { each, newest_first, .. }, .. }) =
                self.walk.places.get(at).copied()
            else {
                continue;
            };
            let item = Some(*newest_first);
            self.walk.places.extend(each.iter().map(|holds| Place { object, field: None, name, holds, item }));
        }
        let first = self.walk.objects.len();
        self.walk.value(from, item)?;
        self.walk.leave_item(first);
        Ok(())
    }
}
