//! Copies of content: from the content folder into blob storage, and of a work under another name.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, value};

use super::folder::lost;
use super::tree::{self, FileRef, Tree};
use super::{AuthoringError, Kind, keep};
use crate::blobs::Blobs;
use crate::exercises;
use crate::ids::Slug;
use crate::messages::{Fault, fault};

/// The files of a course or exercise of the content folder, kept in blob storage; `None` where there is no such folder.
///
/// Files that lie in the folder of another exercise become the copy's own.
pub async fn from_folder(
    blobs: &Blobs,
    content: &Path,
    (kind, slug): (Kind, &Slug),
) -> Result<Option<Tree>, AuthoringError> {
    let folder = content.join(kind.folder()).join(slug.as_str());
    if !folder.join(kind.main_file()).is_file() {
        return Ok(None);
    }
    let mut tree = Tree::default();
    for (path, file) in files_below(&folder)? {
        put(&mut tree, &path, kept(blobs, &file).await?)?;
    }
    if kind == Kind::Exercise {
        bring_home(blobs, &folder, &mut tree).await?;
    }
    Ok(Some(tree))
}

async fn kept(blobs: &Blobs, file: &Path) -> Result<FileRef, AuthoringError> {
    Ok(keep(blobs, tokio::fs::read(file).await?).await?)
}

fn put(tree: &mut Tree, path: &str, file: FileRef) -> Result<(), AuthoringError> {
    tree.put(path, file).map_err(|_| AuthoringError::Path(path.to_owned()))
}

/// Plain files below a folder with their paths; what could not be a file of a work, such as dot files, is left out.
fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, AuthoringError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str)
                && tree::is_within(name)
            {
                found.push((name.to_owned(), path));
            }
        }
    }
    Ok(found)
}

/// Makes files of neighbours that an exercise names files of its own.
async fn bring_home(blobs: &Blobs, folder: &Path, tree: &mut Tree) -> Result<(), AuthoringError> {
    let manifest = exercises::load(folder)?.manifest;
    let data = manifest.data.iter().map(|file| ("data", &file.file));
    let examples = |list: &[exercises::manifest::Example], name: &'static str| {
        let files = list.iter().flat_map(|example| std::iter::once(&example.file).chain(&example.weights));
        files.map(move |file| (name, file.clone())).collect::<Vec<_>>()
    };
    let mut abroad: Vec<(&str, String)> = data.map(|(name, file)| (name, file.clone())).collect();
    abroad.extend(examples(&manifest.right, "right"));
    abroad.extend(examples(&manifest.wrong, "wrong"));
    abroad.retain(|(_, file)| file.starts_with("../"));
    abroad.sort();
    abroad.dedup();
    let main = folder.join(Kind::Exercise.main_file());
    let mut text = fs::read_to_string(&main)?;
    for (home, file) in abroad {
        let path = format!("{home}/{}", file.rsplit('/').next().unwrap_or_default());
        put(tree, &path, kept(blobs, &folder.join(&file)).await?)?;
        text = text.replace(&format!("\"{file}\""), &format!("\"{path}\""));
    }
    put(tree, Kind::Exercise.main_file(), keep(blobs, text.into_bytes()).await?)
}

/// The files of a course under another name. Its exams, whose names no two courses share, are renamed after it.
pub async fn renamed_course(blobs: &Blobs, tree: &Tree, slug: &Slug) -> Result<Tree, AuthoringError> {
    let mut copy = Tree::default();
    for (path, file) in tree.iter() {
        let (path, new_slug) = match path.strip_prefix("exams/").and_then(|rest| rest.split_once('/')) {
            None => (path.to_owned(), (path == "course.toml").then(|| slug.to_string())),
            Some((exam, rest)) => {
                let exam = format!("{slug}-{exam}");
                let path = format!("exams/{exam}/{rest}");
                (path, (rest == "exam.toml").then_some(exam))
            }
        };
        let file = match new_slug {
            Some(new_slug) => with_slug(blobs, (&path, file), &new_slug).await?,
            None => *file,
        };
        put(&mut copy, &path, file)?;
    }
    Ok(copy)
}

async fn with_slug(blobs: &Blobs, (path, file): (&str, &FileRef), slug: &str) -> Result<FileRef, AuthoringError> {
    let bytes = blobs.get(&file.sha256).await?.ok_or_else(|| lost(slug))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = fault::line(fault::line_at(&text, error.span()));
        AuthoringError::Faults(vec![Fault::new(Path::new(path), fault::shape(error.message())).at(line)])
    })?;
    document.insert("slug", value(slug));
    Ok(keep(blobs, document.to_string().into_bytes()).await?)
}
