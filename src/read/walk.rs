//! One pass over a text: it follows every shape that may still fit, and keeps the values that the shapes name,
//! unchanged.

use std::ops::Range;

use serde::Deserialize as _;
use serde::de::{Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use crate::profile::{Fields, Holds, Part, Presence, Role, Shape};
use crate::read::values;
use crate::read::visit::{Name, Next, Whole};

/// What was found of several shapes.
#[derive(Debug)]
pub(super) struct Walk<'p, 'a> {
    /// The objects met, each before those in it; the first are the shapes themselves.
    pub(super) objects: Vec<Object<'p>>,
    /// The values met.
    pub(super) values: Vec<Value<'p, 'a>>,
    /// Whether any of them is the number of a word, and whether any says whose part a request is: most payloads have none.
    pub(super) any_number: bool,
    pub(super) any_part: bool,
    /// The fields that were given twice, each with its object.
    pub(super) twice: Vec<(usize, &'p str)>,
    /// Whether an object or a list is read only once it is known to be one.
    slowly: bool,
    /// The places of the next value, one for each shape.
    pub(super) places: Vec<Place<'p>>,
}

/// One object, as one shape describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'p> {
    /// The object around it; for a shape itself, its own number.
    pub(super) around: usize,
    /// The name of its field.
    pub(super) name: &'p str,
    pub(super) part: Option<Part>,
    /// Whether it is an item of a list.
    pub(super) listed: bool,
    /// Whether it is, or is inside, an item of a list whose newest item comes first.
    pub(super) newest_first: bool,
    pub(super) fit: Fit,
    fields: &'p Fields,
    /// The fields that were present, null or not, by their places: bit 0 is the first.
    seen: u64,
    /// The fields that had a value.
    given: u64,
}

/// Whether an object is what its shape describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Fits,
    /// A value has another JSON type, or a field occurs twice.
    Broken,
    /// A guard does not hold, or something required is missing: whatever else is in it, it is something else.
    Other,
}

/// A value, and one thing that it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'p, 'a> {
    /// The object that it belongs to.
    pub(super) object: usize,
    pub(super) name: &'p str,
    pub(super) role: Role,
    pub(super) raw: &'a RawValue,
}

/// The place of a value, according to one shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// The object around the place.
    pub(super) object: usize,
    /// The bit of its field, if it is in a field and not in a list.
    pub(super) field: Option<u64>,
    pub(super) name: &'p str,
    pub(super) holds: &'p Holds,
    /// For an item of a list: whether the newest comes first there.
    pub(super) item: Option<bool>,
}

impl<'p, 'a> Walk<'p, 'a> {
    /// Goes through a text once; a second time, slowly, if that fails: a number, text or flag may replace an object or a list.
    ///
    /// # Errors
    /// It is no JSON object.
    pub(super) fn over(
        shapes: impl Iterator<Item = &'p Shape> + Clone,
        text: &'a str,
    ) -> Result<Self, serde_json::Error> {
        Self::once(shapes.clone(), text, false).or_else(|_| Self::once(shapes, text, true))
    }

    fn once(shapes: impl Iterator<Item = &'p Shape>, text: &'a str, slowly: bool) -> Result<Self, serde_json::Error> {
        let mut walk = Self {
            slowly,
            objects: Vec::with_capacity(16),
            // Room for what most payloads of this length say, and no more: a larger block of memory costs more.
            values: Vec::with_capacity((text.len() / 64).clamp(16, 48)),
            any_number: false,
            any_part: false,
            twice: Vec::new(),
            places: Vec::with_capacity(16),
        };
        for shape in shapes {
            walk.enter("", shape, None, None);
        }
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Whole(&mut walk))?;
        json.end()?;
        Ok(walk)
    }

    /// Whether an object is the whole payload.
    pub(super) fn is_whole(&self, object: usize) -> bool {
        self.objects.get(object).is_some_and(|found| found.around == object)
    }

    /// Whether a shape has a word in it, or a request.
    pub(super) fn says_something(&self, shape: usize) -> bool {
        let is_word = |value: &Value<'_, '_>| value.role.is_a_word() && self.is_in(value.object, shape);
        let is_request = |(at, object): (usize, &Object<'_>)| {
            matches!(object.part, Some(Part::Capture | Part::Void | Part::Refund)) && self.is_in(at, shape)
        };
        self.values.iter().any(is_word) || self.objects.iter().enumerate().any(is_request)
    }

    /// Whether an object is inside a shape, and every object on the way fits.
    fn is_in(&self, object: usize, shape: usize) -> bool {
        let Some(found) = self.objects.get(object).filter(|found| found.fit == Fit::Fits) else { return false };
        object == shape || (found.around != object && self.is_in(found.around, shape))
    }

    /// Whether a guard of an object, or of one around it, does not hold.
    pub(super) fn is_something_else(&self, object: usize) -> bool {
        let Some(found) = self.objects.get(object) else { return true };
        found.fit == Fit::Other || (found.around != object && self.is_something_else(found.around))
    }

    /// The path to a value: `refunds.amount`.
    pub(super) fn path(&self, value: &Value<'_, '_>) -> Box<str> {
        self.path_of(value.object, value.name)
    }

    /// The path to the first field that is given twice in something that would fit otherwise.
    pub(super) fn given_twice(&self) -> Option<Box<str>> {
        let found = self.twice.iter().find(|(object, _)| !self.is_something_else(*object));
        found.map(|(object, name)| self.path_of(*object, name))
    }

    fn path_of(&self, object: usize, name: &'p str) -> Box<str> {
        let mut names = vec![name];
        let mut at = object;
        while let Some(object) = self.objects.get(at).filter(|object| object.around != at) {
            names.push(object.name);
            at = object.around;
        }
        names.reverse();
        names.join(".").into()
    }

    /// An object begins.
    pub(super) fn enter(&mut self, name: &'p str, shape: &'p Shape, around: Option<usize>, item: Option<bool>) {
        let object = self.objects.len();
        let (around, listed) = (around.unwrap_or(object), item.is_some());
        let newest_first = item.unwrap_or_else(|| self.objects.get(around).is_some_and(|around| around.newest_first));
        let (part, fields) = (shape.of, &shape.object);
        let fit = Fit::Fits;
        self.objects.push(Object { around, name, part, listed, newest_first, fit, fields, seen: 0, given: 0 });
    }

    /// An object ends: are all guards met, and is all there that is required?
    fn leave(&mut self, object: usize) {
        let Some(left) = self.objects.get(object).copied() else { return };
        if left.fields.needed & !left.given != 0 {
            self.misfit(object, Fit::Other);
        }
        if !left.listed && left.around != object {
            let fit = self.objects.get(object).map_or(Fit::Other, |left| left.fit);
            self.misfit(left.around, fit);
        }
    }

    /// An object fits no better than this.
    fn misfit(&mut self, object: usize, fit: Fit) {
        if let Some(found) = self.objects.get_mut(object) {
            found.fit = found.fit.max(fit);
        }
    }

    /// An item of a list ends. Its objects are those from `first` on; the first that fits is the item. If none fits and
    /// one is broken, the object around it is broken too.
    pub(super) fn leave_item(&mut self, first: usize) {
        for at in first..self.objects.len() {
            let Some(object) = self.objects.get(at).copied().filter(|object| object.around < first) else { continue };
            let fits = |other: &Object<'_>| other.around == object.around && other.fit == Fit::Fits;
            let mut earlier = self.objects.iter().take(at).skip(first);
            if earlier.any(fits) {
                self.misfit(at, Fit::Other);
            } else if object.fit == Fit::Broken && !self.objects.iter().skip(at).any(fits) {
                self.misfit(object.around, Fit::Broken);
            }
        }
    }

    /// Finds the places of a field, one for each of these objects; the next value belongs to them.
    pub(super) fn find(&mut self, level: Range<usize>, name: &str, mark: u64) {
        for object in level {
            let Some(found) = self.objects.get_mut(object).filter(|found| found.fit != Fit::Other) else { continue };
            let Some((place, field)) = found.fields.find(name, mark) else { continue };
            let bit = bit(place);
            let twice = found.seen & bit != 0;
            found.seen |= bit;
            self.places.push(Place { object, field: Some(bit), name: &field.name, holds: &field.holds, item: None });
            if twice {
                self.twice.push((object, &field.name));
                self.misfit(object, Fit::Broken);
            }
        }
    }

    /// A field has a value.
    pub(super) fn given(&mut self, place: &Place<'p>) {
        if let (Some(bit), Some(object)) = (place.field, self.objects.get_mut(place.object)) {
            object.given |= bit;
        }
        if let Holds::Guard(Presence::Absent) = place.holds {
            self.misfit(place.object, Fit::Other);
        }
    }

    /// Keeps a value unchanged.
    fn keep(&mut self, place: &Place<'p>, raw: &'a RawValue) {
        if raw.get().starts_with('n') || (matches!(place.holds, Holds::Guard(_)) && values::is_empty_list(raw)) {
            return;
        }
        self.given(place);
        let roles = place.holds.roles();
        if roles.iter().any(|role| role.is_a_word()) && values::text(raw).is_none() {
            self.other_type(place);
            return;
        }
        let Place { object, name, .. } = *place;
        for &role in roles {
            self.any_number |= matches!(role, Role::OrderNumber | Role::Number);
            self.any_part |= role == Role::RequestOf;
            self.values.push(Value { object, name, role, raw });
        }
        if let Holds::Is { is, .. } = place.holds {
            let text = values::text(raw);
            let text = text.as_deref().unwrap_or_else(|| raw.get());
            if !is.iter().any(|expected| expected == text) {
                self.misfit(place.object, Fit::Other);
            }
        }
    }

    /// A value has another JSON type than the place; a guard requires no type.
    pub(super) fn other_type(&mut self, place: &Place<'p>) {
        if let Holds::Guard(_) = place.holds {
            self.given(place);
        } else {
            self.misfit(place.object, Fit::Broken);
        }
    }

    /// The value to come, in the places from `from` on; they are forgotten after it.
    pub(super) fn value<D: Deserializer<'a>>(&mut self, from: usize, value: D) -> Result<(), D::Error> {
        let is_nested = |place: &Place<'_>| matches!(place.holds, Holds::Object(_) | Holds::Each { .. });
        let is_kept = |place: &Place<'_>| !is_nested(place) && !matches!(place.holds, Holds::Guard(_));
        let places = self.places.get(from..).unwrap_or_default();
        let result = if places.is_empty() {
            IgnoredAny::deserialize(value).map(|_| ())
        } else if !places.iter().any(is_nested) {
            let raw = <&'a RawValue>::deserialize(value)?;
            self.each_place(from, |walk, place| walk.keep(place, raw));
            Ok(())
        } else if self.slowly || places.iter().any(is_kept) {
            // One shape has a value where another has an object: rare, and read twice.
            let raw = <&'a RawValue>::deserialize(value)?;
            self.each_place(from, |walk, place| {
                if is_kept(place) {
                    walk.keep(place, raw)
                }
            });
            let nested: Vec<Place<'p>> = self.places.drain(from..).filter(|place| !is_kept(place)).collect();
            self.places.extend(nested);
            let mut json = serde_json::Deserializer::from_str(raw.get());
            if json.deserialize_any(Next { walk: self, from }).is_err() {
                self.each_place(from, Self::other_type);
            }
            Ok(())
        } else {
            value.deserialize_any(Next { walk: self, from })
        };
        self.places.truncate(from);
        result
    }

    pub(super) fn each_place(&mut self, from: usize, mut then: impl FnMut(&mut Self, &Place<'p>)) {
        let mut at = from;
        while let Some(place) = self.places.get(at).copied() {
            then(self, &place);
            at = at.saturating_add(1);
        }
    }

    /// The object that these describe, each as one shape has it.
    pub(super) fn object<A: MapAccess<'a>>(&mut self, level: Range<usize>, mut map: A) -> Result<(), A::Error> {
        let places = self.places.len();
        let objects = self.objects.get(level.clone()).unwrap_or_default();
        let marks = objects.iter().fold(0, |marks, object| marks | object.fields.marks);
        while map.next_key_seed(Name { walk: self, level: level.clone(), marks })?.is_some() {
            map.next_value_seed(Next { walk: self, from: places })?;
        }
        level.rev().for_each(|object| self.leave(object));
        Ok(())
    }
}

/// The bit of the field in this place.
fn bit(place: usize) -> u64 {
    u32::try_from(place).map_or(0, |place| 1_u64.unbounded_shl(place))
}
