use super::*;
use tempfile::TempDir;

struct Folder {
    dir: TempDir,
    video_id: VideoId,
}

impl Folder {
    /// A folder for downloads, with these files in the work folder of one, each with its name as its text.
    fn new(files: &[&str]) -> Self {
        let folder = Self { dir: TempDir::new().unwrap(), video_id: VideoId::new("-AbC_d3fGh1").unwrap() };
        let work = folder.work();
        fs::create_dir(work.path()).unwrap();
        for file in files {
            fs::write(work.path().join(file), file).unwrap();
        }
        folder
    }

    fn work(&self) -> WorkFolder<'_> {
        WorkFolder::new(self.dir.path(), &self.video_id, Preset::Best, None)
    }

    /// The files of the folder and their texts, in order.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| {
                (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    fn move_out(&self, file: &str, title: &str, keep_parts: bool) -> PathBuf {
        let name = Name { title: title.to_owned(), height: Some(360) };
        let work = self.work();
        work.move_out(&work.path().join(file), &name, false, keep_parts).unwrap()
    }
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_file_comes_out_with_those_beside_it_and_what_is_left_is_removed() {
    let folder = Folder::new(&[
        "-AbC_d3fGh1.137+140.mp4",
        "-AbC_d3fGh1.137+140.en.vtt",
        "-AbC_d3fGh1.137+140.de\u{202e}.vtt",
        "-AbC_d3fGh1.137+140.fr.vtt.part",
        "-AbC_d3fGh1.137+140.f137.mp4",
        "-AbC_d3fGh1.136+140.f136.mp4.part",
    ]);
    let file = folder.move_out("-AbC_d3fGh1.137+140.mp4", ".T", false);
    assert_eq!(file, folder.dir.path().join("_.T [-AbC_d3fGh1] 360p.mp4"));
    folder.work().remove();
    let expected = [
        ("_.T [-AbC_d3fGh1] 360p.de.vtt", "-AbC_d3fGh1.137+140.de\u{202e}.vtt"),
        ("_.T [-AbC_d3fGh1] 360p.en.vtt", "-AbC_d3fGh1.137+140.en.vtt"),
        ("_.T [-AbC_d3fGh1] 360p.mp4", "-AbC_d3fGh1.137+140.mp4"),
    ];
    assert_eq!(folder.files(), owned(&expected));
    assert!(!folder.work().path().exists());
}

#[test]
fn what_other_attempts_at_the_same_form_have_left_goes_too() {
    let folder = Folder::new(&["-AbC_d3fGh1.18.mp4"]);
    let other =
        |preset, apart| WorkFolder::new(folder.dir.path(), &folder.video_id, preset, apart).path().to_owned();
    let (apart, of_720p) = (other(Preset::Best, Some("apart")), other(Preset::P720, None));
    for path in [&apart, &of_720p] {
        fs::create_dir(path).unwrap();
        fs::write(path.join("-AbC_d3fGh1.22.mp4.part"), "x").unwrap();
    }
    folder.move_out("-AbC_d3fGh1.18.mp4", "T", false);
    folder.work().remove();
    assert!(!folder.work().path().exists() && !apart.exists() && of_720p.exists());
}

#[test]
fn what_was_there_stays_and_the_new_file_gets_another_name() {
    let folder =
        Folder::new(&["-AbC_d3fGh1.18.mp4", "-AbC_d3fGh1.18.en.vtt", "-AbC_d3fGh1.18.de.vtt", "notes.txt"]);
    for name in
        ["T [-AbC_d3fGh1] 360p.mp4", "T [-AbC_d3fGh1] 360p (2).mp4", "T [-AbC_d3fGh1] 360p (3).de.vtt"]
    {
        fs::write(folder.dir.path().join(name), "mine").unwrap();
    }
    folder.move_out("-AbC_d3fGh1.18.mp4", "T", false);
    folder.work().remove();
    let expected = [
        ("T [-AbC_d3fGh1] 360p (2).mp4", "mine"),
        ("T [-AbC_d3fGh1] 360p (3).de.vtt", "mine"),
        ("T [-AbC_d3fGh1] 360p (3).en.vtt", "-AbC_d3fGh1.18.en.vtt"),
        ("T [-AbC_d3fGh1] 360p (3).mp4", "-AbC_d3fGh1.18.mp4"),
        ("T [-AbC_d3fGh1] 360p.mp4", "mine"),
    ];
    assert_eq!(folder.files(), owned(&expected));
    assert!(folder.work().path().join("notes.txt").is_file(), "nobody but yt-dlp has put that there");
}

#[test]
fn parts_and_chapters_come_out_if_they_are_wanted_and_other_formats_are_files_of_their_own() {
    let folder = Folder::new(&[
        "-AbC_d3fGh1.137.mp4",
        "-AbC_d3fGh1.137.f137.mp4",
        "-AbC_d3fGh1.137 - 001 Intro.mp4",
        "-AbC_d3fGh1.137-drc.m4a",
    ]);
    folder.move_out("-AbC_d3fGh1.137.mp4", "T", true);
    folder.move_out("-AbC_d3fGh1.137-drc.m4a", "T", true);
    let names: Vec<_> = folder.files().into_iter().map(|(name, _)| name).collect();
    let expected = [
        "T [-AbC_d3fGh1] 360p - 001 Intro.mp4",
        "T [-AbC_d3fGh1] 360p.f137.mp4",
        "T [-AbC_d3fGh1] 360p.mp4",
        "T [-AbC_d3fGh1].m4a",
    ];
    assert_eq!(names, expected);
}

#[test]
fn subtitles_come_to_a_video_that_was_there() {
    let folder = Folder::new(&["-AbC_d3fGh1.137+140.en.vtt", "-AbC_d3fGh1.137+140.de.vtt"]);
    let file = folder.dir.path().join("Another title [-AbC_d3fGh1] 360p.mp4");
    fs::write(&file, "mine").unwrap();
    fs::write(file.with_extension("en.vtt"), "mine").unwrap();
    folder.work().move_beside(&file);
    folder.work().remove();
    let expected = [
        ("Another title [-AbC_d3fGh1] 360p.de.vtt", "-AbC_d3fGh1.137+140.de.vtt"),
        ("Another title [-AbC_d3fGh1] 360p.en.vtt", "mine"),
        ("Another title [-AbC_d3fGh1] 360p.mp4", "mine"),
    ];
    assert_eq!(folder.files(), owned(&expected));
}

#[test]
fn the_longest_title_leaves_room_for_what_stands_behind_it() {
    let folder = Folder::new(&["-AbC_d3fGh1.18.mp4", "-AbC_d3fGh1.18.en-US-x-formal.vtt"]);
    let file = folder.move_out("-AbC_d3fGh1.18.mp4", &"日".repeat(255), false);
    assert!(file.is_file() && file.file_name().unwrap().len() > 190);
    assert_eq!(folder.files().len(), 2);
}
