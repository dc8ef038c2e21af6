//! Faults of the machine and of other people, through the real program: a full disk, a killed process, a folder that cannot be
//! written, two runs at once, and names that mean another file than they say. Nothing is lost, nothing is half there.
#![cfg(unix)]

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{SCOTOMA, expect, scotoma, text, write};

const PAIRS: &str = "{\"caption\": \"a red cube\", \"negative\": \"a blue cube\"}\n\
                     {\"caption\": \"a cat on a dog\", \"negative\": \"a dog on a cat\"}\n";

/// Every file of a folder but hidden ones, with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else if !name.starts_with(".scotoma-") {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// A folder with a built certificate in `out`.
fn built() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "pairs.jsonl", PAIRS);
    expect(dir.path(), &["build", "pairs.jsonl", "--out", "out"], 0);
    dir
}

fn command(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_leaves_no_half_file() {
    let dir = built();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let at = disk.to_str().unwrap();
    if !command("mount", &["-t", "tmpfs", "-o", "size=16k", "tmpfs", at]) {
        eprintln!("SKIPPED: a small disk can only be mounted by root");
        return;
    }
    let whole = files(&dir.path().join("out"));
    let output = scotoma(dir.path(), &["build", "pairs.jsonl", "--out", "disk/out"]);
    let left = files(&disk.join("out"));
    assert!(command("umount", &[at]));
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("file-write"), "{}", text(&output.stderr));
    assert!(!left.contains_key("certificate.json"), "a certificate without its files");
    assert!(left.iter().all(|(name, bytes)| whole[name] == *bytes), "a half file");
}

#[test]
fn a_full_standard_output_is_an_error() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("SKIPPED: there is no /dev/full");
        return;
    };
    for arguments in [&["check", "swap"][..], &["check", "swap", "--json"], &["--help"]] {
        let output = Command::new(SCOTOMA).args(arguments).stdout(full.try_clone().unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_killed_process_leaves_whole_files_and_never_a_certificate_that_wrongly_holds() {
    let dir = built();
    let whole = files(&dir.path().join("out"));
    let mut early = 0;
    for delay in 0..12 {
        let out = format!("killed{delay}");
        let mut child = Command::new(SCOTOMA)
            .current_dir(dir.path())
            .args(["build", "pairs.jsonl", "--out", &out])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay * 3));
        child.kill().unwrap();
        early += usize::from(child.wait().unwrap().code().is_none());
        let left = files(&dir.path().join(&out));
        assert!(left.iter().all(|(name, bytes)| whole[name] == *bytes), "a half file after {delay}");
        let complete = whole.keys().all(|name| left.contains_key(name));
        assert!(!left.contains_key("certificate.json") || complete, "a certificate without its files");
        // The next run takes no harm from what is left.
        expect(dir.path(), &["build", "pairs.jsonl", "--out", &out], 0);
        assert_eq!(files(&dir.path().join(&out)), whole);
    }
    println!("{early} of 12 runs were killed before their end");
    assert!(early > 0, "no run was killed before its end");
}

#[test]
fn a_folder_or_file_that_cannot_be_written_is_named_and_left_alone() {
    let dir = built();
    write(dir.path(), "file", "kept");
    let said = expect(dir.path(), &["build", "pairs.jsonl", "--out", "file"], 3);
    assert!(said.contains("file-write") && said.contains("file"), "{said}");
    assert_eq!(fs::read(dir.path().join("file")).unwrap(), b"kept");
    // /proc refuses new files even from root, for whom permissions do not count.
    let said = expect(dir.path(), &["build", "pairs.jsonl", "--out", "/proc/scotoma"], 3);
    assert!(said.contains("file-write"), "{said}");
    let locked = dir.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        eprintln!("SKIPPED: permissions do not keep this user out");
        return;
    }
    let said = expect(dir.path(), &["build", "pairs.jsonl", "--out", "locked/out"], 3);
    assert!(said.contains("file-write"), "{said}");
}

#[test]
fn what_is_not_a_regular_file_is_never_replaced() {
    let dir = built();
    let out = dir.path().join("out");
    fs::remove_file(out.join("certificate.json")).unwrap();
    assert!(command("mkfifo", &[out.join("certificate.json").to_str().unwrap()]));
    let said = expect(dir.path(), &["build", "pairs.jsonl", "--out", "out"], 3);
    assert!(said.contains("file-write") && said.contains("not a regular file"), "{said}");
    fs::remove_file(out.join("certificate.json")).unwrap();
    symlink("/dev/null", out.join("certificate.json")).unwrap();
    let said = expect(dir.path(), &["build", "pairs.jsonl", "--out", "out"], 3);
    assert!(said.contains("not a regular file"), "{said}");
    // A link to a regular file is replaced; what it points to is not written to.
    let target = write(dir.path(), "target", "kept");
    fs::remove_file(out.join("certificate.json")).unwrap();
    symlink(&target, out.join("certificate.json")).unwrap();
    expect(dir.path(), &["build", "pairs.jsonl", "--out", "out"], 0);
    assert_eq!(fs::read(target).unwrap(), b"kept");
    expect(dir.path(), &["verify", "out/certificate.json"], 0);
}

#[test]
fn simultaneous_runs_into_one_folder_take_turns() {
    let dir = built();
    let whole = files(&dir.path().join("out"));
    let start = || {
        let mut command = Command::new(SCOTOMA);
        command.current_dir(dir.path()).args(["build", "pairs.jsonl", "--out", "both"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(|_| start()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    assert_eq!(files(&dir.path().join("both")), whole);
}

#[test]
fn an_input_that_is_swapped_for_something_else_is_refused_and_nothing_hangs() {
    let dir = built();
    let input = dir.path().join("out/inputs/pairs.jsonl");
    let verify = |status, code: &str| {
        let said = expect(dir.path(), &["verify", "out/certificate.json"], status);
        assert!(said.contains(code), "{said}");
    };
    let other = write(dir.path(), "other", PAIRS.replace("red", "green"));
    fs::remove_file(&input).unwrap();
    verify(3, "file-missing");
    symlink(&other, &input).unwrap();
    verify(1, "certificate-input-hash");
    // The bytes count, not the place that they are read from.
    fs::write(&other, PAIRS).unwrap();
    verify(0, "holds");
    for device in ["/dev/zero", "/dev/null"] {
        fs::remove_file(&input).unwrap();
        symlink(device, &input).unwrap();
        verify(3, "file-is-directory");
    }
    fs::remove_file(&input).unwrap();
    assert!(command("mkfifo", &[input.to_str().unwrap()]));
    verify(3, "file-is-directory");
    fs::remove_file(&input).unwrap();
    symlink("pairs.jsonl", &input).unwrap();
    verify(3, "file-read");
    fs::remove_file(&input).unwrap();
    fs::create_dir(&input).unwrap();
    verify(3, "file-is-directory");
    expect(dir.path(), &["verify", "/dev/zero"], 3);
    expect(dir.path(), &["verify", "out"], 3);
}

#[test]
fn names_inside_a_certificate_never_leave_the_folder_of_inputs() {
    let dir = built();
    let path = dir.path().join("out/certificate.json");
    let whole = fs::read_to_string(&path).unwrap();
    let absolute = dir.path().join("pairs.jsonl").display().to_string();
    for name in [
        "../inputs/pairs.jsonl",
        "../../pairs.jsonl",
        &absolute,
        "/etc/passwd",
        "./pairs.jsonl",
        "..",
        "",
        "a\\\\b",
        "pairs.jsonl\\u0000",
    ] {
        fs::write(&path, whole.replacen("\"pairs.jsonl\"", &format!("\"{name}\""), 1)).unwrap();
        let said = expect(dir.path(), &["verify", "out/certificate.json"], 3);
        assert!(said.contains("certificate-input-name"), "{name}: {said}");
    }
    fs::write(&path, &whole).unwrap();
    expect(dir.path(), &["verify", "out/certificate.json"], 0);
}

#[test]
fn the_records_of_check_and_verify_have_the_documented_fields() {
    let dir = built();
    let record = |arguments: &[&str], status: i32| -> serde_json::Value {
        let output = scotoma(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(status), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let holds = record(&["verify", "out/certificate.json", "--json"], 0);
    assert_eq!(keys(&holds), "format verdict verified version");
    assert_eq!((&holds["format"], &holds["version"]), (&"scotoma-verify".into(), &1.into()));
    assert_eq!(keys(&holds["verified"]), "claims inputs sha256 size theorem");
    assert_eq!(keys(&holds["verified"]["size"]), "edits features training");
    assert_eq!(keys(&holds["verified"]["claims"][0]["fates"]), "collapsed free identified");
    let missing = record(&["verify", "nothing.json", "--json"], 3);
    assert_eq!(keys(&missing), "error format verdict version");
    assert_eq!((&missing["verdict"], &missing["error"]["code"]), (&"unreadable".into(), &"file-missing".into()));
    let check = record(&["check", "swap", "--json"], 0);
    assert_eq!(keys(&check), "format summary theorems timing unread verdict version");
    assert_eq!((&check["format"], &check["version"]), (&"scotoma-check".into(), &1.into()));
    let missing = record(&["check", "nothing.thm", "--json"], 3);
    assert_eq!(keys(&missing), "error format verdict version");
    assert_eq!(missing["format"], "scotoma-check");
}
