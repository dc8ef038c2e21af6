//! What a record has beside its texts and no proof needs: the names of its images, and its group.

use super::records::read;
use super::tree::Tree;
use crate::caption::{Dataset, Format, Pair};

/// What goes along with a record into whatever is written of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Along {
    /// The image that the caption describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The image that the negative describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_image: Option<String>,
    /// What the record belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// The names under which data sets have the image of a caption.
pub(super) const IMAGES: [&str; 6] = ["image", "filename", "filepath", "image_path", "file_name", "image_file"];

/// What goes along with each record of a file, in their order; nothing of plain text, or where the bytes cannot be read.
pub fn along(name: &str, bytes: &[u8], format: Format) -> Vec<Along> {
    let Ok(text) = crate::caption::read::text(name, bytes) else { return Vec::new() };
    match read(name, text, format) {
        Ok(tree @ (Tree::List(_) | Tree::Object(_))) => {
            tree.parts().into_iter().map(|(_, record)| of(record)).collect()
        }
        _ => Vec::new(),
    }
}

/// What goes along with the pairs of a data set.
#[derive(Clone, Debug)]
pub struct Beside(Vec<Vec<Along>>);

impl Beside {
    /// Reads the files of the data set again, for what no proof needs.
    pub fn read(dataset: &Dataset) -> Beside {
        Beside(dataset.sources.iter().map(|source| along(&source.path, &source.bytes, source.format)).collect())
    }

    /// What goes along with a pair of the data set.
    pub fn of(&self, pair: &Pair) -> Along {
        self.0.get(pair.source).and_then(|file| file.get(pair.record)).cloned().unwrap_or_default()
    }
}

fn of(record: &Tree) -> Along {
    let leaf = |name: &str| record.part(name).and_then(Tree::leaf).filter(|text| !text.is_empty());
    match record {
        Tree::Object(_) | Tree::Line(_) => Along {
            image: IMAGES.into_iter().find_map(leaf),
            negative_image: leaf("negative_image"),
            group: leaf("group"),
        },
        _ => Along::default(),
    }
}
