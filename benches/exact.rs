//! The exact solver against FLINT (python-flint) and LinBox (a program that is compiled here), side by side:
//! `cargo bench --bench exact`.
//!
//! Timings mean little across machines and days, so every target is a ratio of two medians of one run, the sides
//! taking turns. A peer that is not installed is not measured, and without the SugarCrepe files beside the
//! package (`../shared/data/sugarcrepe`) what needs them is left out; both are said aloud.
#![allow(clippy::unit_arg)] // what is timed keeps its result by assigning it

use std::io::Write;
use std::process::Command;
use std::time::Instant;

use num_bigint::BigInt;
use num_rational::BigRational;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::caption::{FeatureMap, Format, Tokenizer};
use scotoma::certificate::{CaptionProblem, Certificate, Input, InputRole, Size, TrueOptimal};
use scotoma::encoder::{self, Problem};
use scotoma::exact::{Elimination, Engine, Limits, RightHandSide, Solution, SparseMatrix};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ALL: [&str; 7] = ["add_att", "add_obj", "replace_att", "replace_obj", "replace_rel", "swap_att", "swap_obj"];
const SWAPS: [&str; 2] = ["swap_att", "swap_obj"];
const WIDTH: u32 = 4;
const SEED: u64 = 1;
const REPEATS: usize = 5;

/// Where the SugarCrepe files are.
fn data() -> std::path::PathBuf {
    std::path::Path::new(&std::env::var("SCOTOMA_SHARED").unwrap_or("../shared".to_owned())).join("data/sugarcrepe")
}

fn main() -> Outcome<()> {
    // With this argument, one run in a process of its own, whose peak memory is then its own.
    if std::env::args().any(|argument| argument == "--sugarcrepe-once") {
        let system = System::of_captions(&read(&ALL)?)?;
        system.solve()?;
        return Ok(println!("{}", peak_memory().unwrap_or(0)));
    }
    println!("exact solver, seed {SEED}, medians of {REPEATS} runs (minimum in brackets)\n");
    let peers = Peers { flint: Flint::find(), linbox: LinBox::compile()? };
    let mut table = Table::new();
    if data().is_dir() {
        sugarcrepe(&peers, &mut table)?;
        verify(&mut table)?;
        commands(&mut table)?;
    } else {
        println!("SKIPPED: there is no folder {}, so nothing is measured on SugarCrepe", data().display());
    }
    for (bits, width) in [(3, 1), (3, 4), (10, 1), (10, 4), (20, 1), (20, 4)] {
        dense(&peers, &mut table, bits, width)?;
    }
    random(&mut table)?;
    table.print();
    Ok(())
}

/// A linear system M X = B in stages.
struct System {
    m: SparseMatrix,
    b: RightHandSide,
    first: usize,
}

impl System {
    /// A row a caption, as often as it occurs, and below a row an edit: on these X is the encoder, blind to edits.
    fn of_captions(problem: &Problem) -> Outcome<System> {
        let (edits, targets) = (problem.d().rows(), problem.targets());
        let captions = (0..edits).map(|edit| problem.s().row(problem.original(edit).expect("an edit")).collect());
        let m = SparseMatrix::from_rows(problem.s().cols(), captions.collect())?;
        let m = SparseMatrix::vstack(&[&m, problem.d()])?;
        let value = |edit: usize, k: usize| targets.training.get(problem.original(edit).expect("an edit"), k);
        let b = (0..edits).flat_map(|edit| (0..targets.width()).map(move |k| value(edit, k))).collect();
        let b = RightHandSide::from_big(edits, targets.width(), b)?;
        let b = RightHandSide::vstack(&[&b, &RightHandSide::zeros(edits, targets.width())])?;
        Ok(System { m, b, first: edits })
    }

    fn random(
        rows: usize,
        cols: usize,
        row: impl FnMut(&mut ChaCha8Rng) -> Vec<(u32, i64)>,
        width: usize,
    ) -> Outcome<System> {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        let mut row = row;
        let m = SparseMatrix::from_rows(cols, (0..rows).map(|_| row(&mut rng)).collect())?;
        let bound = m.max_abs() as i64;
        let b = (0..rows * width).map(|_| rng.random_range(-bound..=bound)).collect();
        Ok(System { m, b: RightHandSide::from_i64(rows, width, b)?, first: 0 })
    }

    /// Eliminates, solves on as many rows as agree, multiplies that out, and finds for every other row the relation that
    /// shows why not. Returns the rank and the number of those rows.
    fn solve(&self) -> Outcome<(usize, usize)> {
        let elimination = Elimination::new(&self.m, &[self.first, self.m.rows()], &Limits::default())?;
        let Solution::Solved { dropped, .. } = elimination.solve_dropping(&self.b, self.first)? else {
            return Err("the training captions contradict each other".into());
        };
        elimination.left_null_vectors(&dropped)?;
        Ok((elimination.rank(), dropped.len()))
    }

    fn json(&self) -> serde_json::Value {
        let entries =
            (0..self.m.rows()).flat_map(|row| self.m.row(row).map(move |(column, value)| (row, column, value)));
        let b = (0..self.b.rows()).filter_map(|row| self.b.small_row(row)).flatten();
        json!({
            "rows": self.m.rows(), "cols": self.m.cols(), "width": self.b.width(),
            "entries": entries.collect::<Vec<_>>(), "b": b.collect::<Vec<_>>(),
        })
    }
}

fn description(names: &[&str]) -> Outcome<(CaptionProblem, Vec<Vec<u8>>)> {
    let bytes =
        names.iter().map(|name| std::fs::read(data().join(format!("{name}.json")))).collect::<Result<Vec<_>, _>>()?;
    let input = |(name, bytes): (&&str, &Vec<u8>)| Input {
        name: format!("{name}.json"),
        sha256: scotoma::files::sha256_hex(bytes),
        role: InputRole::Pairs,
        format: Some(Format::Json),
    };
    let spec = CaptionProblem {
        inputs: names.iter().zip(&bytes).map(input).collect(),
        columns: Default::default(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: FeatureMap::Positions,
        encoder: TrueOptimal::Projection { seed: SEED, width: WIDTH, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    Ok((spec, bytes))
}

fn read(names: &[&str]) -> Outcome<Problem> {
    let (spec, bytes) = description(names)?;
    Ok(Problem::read(&spec, &bytes)?)
}

/// All of SugarCrepe under one-hot positions, against FLINT's dense route and LinBox's sparse one.
fn sugarcrepe(peers: &Peers, table: &mut Table) -> Outcome<()> {
    let (all, swaps) = (System::of_captions(&read(&ALL)?)?, System::of_captions(&read(&SWAPS)?)?);
    let (mut ours, mut small, mut theirs, mut sparse) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut rank, mut small_rank) = ((0, 0), (0, 0));
    for repeat in 0..REPEATS {
        ours.push(timed(|| Ok(rank = all.solve()?))?);
        small.push(timed(|| Ok(small_rank = swaps.solve()?))?);
        // FLINT's takes long enough for one to tell.
        if repeat == 0 {
            theirs.extend(peers.flint.run(&swaps, "rref")?.map(|(seconds, _)| seconds));
        }
        if let Some((seconds, answer)) = peers.linbox.rank(&all)? {
            sparse.push(seconds);
            if answer != rank.0.to_string() {
                return Err(format!("LinBox finds rank {answer}, and {} was found here", rank.0).into());
            }
        }
    }
    let name = format!("all of SugarCrepe, {} x {}, {} sides", all.m.rows(), all.m.cols(), all.b.width());
    println!("{name}: rank {}, {} edits dropped, each with its relation", rank.0, rank.1);
    let swap_name = format!("swap_att + swap_obj, {} x {}", swaps.m.rows(), swaps.m.cols());
    table.compare(&swap_name, &small, "FLINT rref", &theirs, None);
    let work = |system: &System, rank: usize| (system.m.rows() * system.m.cols()) as f64 * rank as f64;
    let factor = work(&all, rank.0) / work(&swaps, small_rank.0);
    println!(
        "FLINT's time there is extrapolated from swap_att + swap_obj: dense elimination takes rows x columns x rank\n\
         steps, which are {factor:.0} times as many; that numbers grow and caches do not is left out in its favour"
    );
    let extrapolated: Vec<f64> = theirs.iter().map(|seconds| seconds * factor).collect();
    table.compare(&name, &ours, "FLINT rref, extrapolated", &extrapolated, Some(1000.0));
    // Its rank alone, modulo one prime: no solution, no relations, nothing proved.
    table.compare(&name, &ours, "LinBox, rank mod p alone", &sparse, None);
    let output = Command::new(std::env::current_exe()?).arg("--sugarcrepe-once").output()?;
    match String::from_utf8(output.stdout)?.trim().parse::<u64>() {
        Ok(kib) if kib > 0 => table.add(
            "the same in a process of its own, captions read",
            &format!("{} MB", kib / 1024),
            "peak memory",
            "",
            "",
            if kib < 200 * 1024 { "under 200 MB: met" } else { "under 200 MB: MISSED" },
        ),
        _ => println!("SKIPPED: the peak memory of a process is not known on this system"),
    }
    Ok(())
}

/// The builder against the checker, on all of SugarCrepe.
fn verify(table: &mut Table) -> Outcome<()> {
    let (mut spec, bytes) = description(&ALL)?;
    let problem = Problem::read(&spec, &bytes)?;
    spec.size = problem.size();
    let (mut reading, mut building, mut checking) = (Vec::new(), Vec::new(), Vec::new());
    let (mut packing, mut unpacking) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        reading.push(timed(|| Ok(drop(Problem::read(&spec, &bytes)?)))?);
        let mut built = None;
        building.push(timed(|| Ok(built = Some(encoder::build(&problem, &Limits::default())?)))?);
        let claims = built.ok_or("nothing was built")?.claims;
        let mut file = Vec::new();
        packing.push(timed(|| Ok(file = encoder::certificate(&spec, claims)?.to_bytes()?))?);
        let mut certificate = None;
        unpacking.push(timed(|| Ok(certificate = Some(Certificate::from_bytes("bench", file)?)))?);
        let claims = certificate.ok_or("nothing was unpacked")?.claims;
        checking.push(timed(|| Ok(drop(encoder::verify_claims(&problem, &claims)?)))?);
    }
    table.compare("verify_claims against build", &checking, "build", &building, Some(5.0));
    let sum = |parts: [&[f64]; 3]| (0..REPEATS).map(|k| parts.iter().map(|part| part[k]).sum()).collect::<Vec<f64>>();
    let whole = (sum([&reading, &unpacking, &checking]), sum([&reading, &building, &packing]));
    table.compare("the same, from bytes to bytes", &whole.0, "build", &whole.1, None);
    Ok(())
}

/// `scotoma build` against `scotoma verify` of its certificate on all of SugarCrepe, each from the start of its process to its
/// end. The builder checks what it has written, as any reader would, so one verification is a part of its time.
fn commands(table: &mut Table) -> Outcome<()> {
    const RUNS: usize = 9;
    let folder = tempfile::tempdir()?;
    let names: Vec<String> = ALL.iter().map(|name| data().join(format!("{name}.json")).display().to_string()).collect();
    let out = folder.path().join("out");
    let certificate = out.join("certificate.json");
    let run = |arguments: &mut Command| match arguments.arg("--quiet").output()?.status.code() {
        Some(0) => Ok(()),
        code => Err(format!("scotoma ended with {code:?}").into()),
    };
    let command = || Command::new(env!("CARGO_BIN_EXE_scotoma"));
    let (mut building, mut checking) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        building.push(timed(|| run(command().arg("build").args(&names).arg("--out").arg(&out)))?);
        checking.push(timed(|| run(command().arg("verify").arg(&certificate)))?);
    }
    table.compare("scotoma verify, process to process", &checking, "scotoma build", &building, Some(5.0));
    Ok(())
}

/// A dense square system.
fn dense(peers: &Peers, table: &mut Table, bits: u32, width: usize) -> Outcome<()> {
    const SIZE: usize = 400;
    let bound = 1i64 << bits;
    let row =
        |rng: &mut ChaCha8Rng| (0..SIZE as u32).map(|column| (column, rng.random_range(-bound..=bound))).collect();
    let system = System::random(SIZE, SIZE, row, width)?;
    let (mut ours, mut integer, mut rational, mut lifting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let mut found = None;
        ours.push(timed(|| {
            let elimination = Elimination::new(&system.m, &[], &Limits::default())?;
            Ok(found = Some(elimination.solve(&system.b)?))
        })?);
        let Some(Solution::Solved { x, .. }) = found else {
            return Err("a random square system has no solution".into());
        };
        let entry = |at: usize| x.get((at / width) as u32, at % width);
        let hex = |at: usize| format!("{}/{}", entry(at).numer().to_str_radix(16), entry(at).denom().to_str_radix(16));
        for (route, times) in [("fmpz_mat", &mut integer), ("fmpq_mat", &mut rational)] {
            if let Some((seconds, answer)) = peers.flint.run(&system, route)? {
                times.push(seconds);
                if !(0..SIZE * width).map(hex).eq(answer) {
                    return Err(format!("{route} has another solution").into());
                }
            }
        }
        // LinBox takes one side at a time.
        if width == 1
            && let Some((seconds, answer)) = peers.linbox.solve(&system)?
        {
            lifting.push(seconds);
            let numbers: Vec<BigInt> = answer.split(' ').map(str::parse).collect::<Result<_, _>>()?;
            let (denominator, numerators) = numbers.split_last().ok_or("no answer")?;
            let same = |(at, numerator): (usize, &BigInt)| {
                entry(at) == BigRational::new(numerator.clone(), denominator.clone())
            };
            if numerators.len() != SIZE || !numerators.iter().enumerate().all(same) {
                return Err("LinBox has another solution".into());
            }
        }
    }
    let name = format!("dense {SIZE} x {SIZE}, {bits} bits, {width} sides");
    table.compare(&name, &ours, "FLINT fmpz_mat", &integer, Some(2.0));
    table.compare(&name, &ours, "FLINT fmpq_mat", &rational, Some(2.0));
    if width == 1 {
        table.compare(&name, &ours, "LinBox Dixon", &lifting, None);
    }
    Ok(())
}

/// A sparse system that overflows machine integers.
fn random(table: &mut Table) -> Outcome<()> {
    const COLS: u32 = 5000;
    let row = |rng: &mut ChaCha8Rng| {
        let mut columns = std::collections::BTreeSet::new();
        while columns.len() < 12 {
            columns.insert(rng.random_range(0..COLS));
        }
        columns.into_iter().map(|column| (column, [-2, -1, 1, 2][rng.random_range(0..4)])).collect()
    };
    let system = System::random(7500, COLS as usize, row, 1)?;
    let machine = Limits { engine: Engine::Integer, ..Limits::default() };
    if Elimination::new(&system.m, &[], &machine).is_ok() {
        return Err("the random system was meant to overflow".into());
    }
    let mut ours = Vec::new();
    let mut answer = String::new();
    ours.push(timed(|| {
        let elimination = Elimination::new(&system.m, &[], &Limits::default())?;
        if let Solution::Solved { x, dropped } = elimination.solve_dropping(&system.b, 0)? {
            let bits = x.nonzero_rows().map(|(_, row)| row.denominator().bits()).max().unwrap_or(0);
            answer = format!("rank {}, {} rows dropped, denominator of {bits} bits", elimination.rank(), dropped.len());
        }
        Ok(())
    })?);
    table.add("random 7500 x 5000, 12 entries a row, one run", &show(&ours), "", "", "", &answer);
    Ok(())
}

/// What there is to compare with.
struct Peers {
    flint: Flint,
    linbox: LinBox,
}

/// `linbox.cpp`, compiled, if there is a compiler and LinBox.
struct LinBox {
    folder: tempfile::TempDir,
    found: bool,
}

impl LinBox {
    fn compile() -> Outcome<LinBox> {
        let folder = tempfile::tempdir()?;
        let libraries = ["-llinbox", "-lgivaro", "-lntl", "-lgmpxx", "-lgmp", "-lblas"];
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/linbox.cpp");
        let mut compiler = Command::new("g++");
        compiler.args(["-O2", "-std=c++17", "-o"]).arg(folder.path().join("linbox")).arg(source).args(libraries);
        let found = compiler.output().is_ok_and(|output| output.status.success());
        match found {
            true => println!("LinBox, compiled by g++ -O2"),
            false => println!("SKIPPED: LinBox is not compiled here (Debian: g++ liblinbox-dev libntl-dev)"),
        }
        Ok(LinBox { folder, found })
    }

    /// Seconds and rank.
    fn rank(&self, system: &System) -> Outcome<Option<(f64, String)>> {
        self.run(system, &[])
    }

    /// Seconds, and numerators with their denominator.
    fn solve(&self, system: &System) -> Outcome<Option<(f64, String)>> {
        let side = self.folder.path().join("side");
        let lines: Vec<String> = (0..system.b.rows()).map(|row| system.b.get(row, 0).to_string()).collect();
        std::fs::write(&side, lines.join("\n"))?;
        self.run(system, &[side])
    }

    fn run(&self, system: &System, side: &[std::path::PathBuf]) -> Outcome<Option<(f64, String)>> {
        if !self.found {
            return Ok(None);
        }
        let matrix = self.folder.path().join("matrix.sms");
        let mut file = std::io::BufWriter::new(std::fs::File::create(&matrix)?);
        writeln!(file, "{} {} M", system.m.rows(), system.m.cols())?;
        for row in 0..system.m.rows() {
            for (column, value) in system.m.row(row) {
                writeln!(file, "{} {} {value}", row + 1, column + 1)?;
            }
        }
        writeln!(file, "0 0 0")?;
        drop(file);
        let output = Command::new(self.folder.path().join("linbox")).arg(&matrix).args(side).output()?;
        let text = String::from_utf8(output.stdout)?;
        let (seconds, answer) = text.trim().split_once('\n').ok_or("LinBox gave no answer")?;
        Ok(Some((seconds.parse()?, answer.to_owned())))
    }
}

/// python-flint, if there is one.
struct Flint {
    version: Option<String>,
}

impl Flint {
    fn find() -> Flint {
        let found = Command::new("python3").args(["-c", "import flint; print(flint.__version__)"]).output();
        let version = found.ok().filter(|output| output.status.success());
        let version =
            version.and_then(|output| String::from_utf8(output.stdout).ok()).map(|text| text.trim().to_owned());
        match &version {
            Some(version) => println!("python-flint {version}"),
            None => println!(
                "SKIPPED: no python3 with python-flint (pip install python-flint), so only this side is measured"
            ),
        }
        Flint { version }
    }

    /// Seconds and answer of one call.
    fn run(&self, system: &System, route: &str) -> Outcome<Option<(f64, Vec<String>)>> {
        if self.version.is_none() {
            return Ok(None);
        }
        let mut file = tempfile::NamedTempFile::new()?;
        serde_json::to_writer(&mut file, &system.json())?;
        file.flush()?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer.py");
        let output = Command::new("python3").arg(script).arg(file.path()).arg(route).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let found: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let seconds = found["seconds"].as_f64().ok_or("no time")?;
        Ok(Some((seconds, serde_json::from_value(found["answer"].clone())?)))
    }
}

fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn show(times: &[f64]) -> String {
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    if times.is_empty() { String::new() } else { format!("{:.4} s ({least:.4})", median(times)) }
}

/// The peak resident memory of this process in KiB.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What is printed at the end.
struct Table(comfy_table::Table);

impl Table {
    fn new() -> Table {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        table.set_header(["what", "Scotoma", "against", "its time", "ratio", "target"]);
        Table(table)
    }

    fn add(&mut self, what: &str, ours: &str, against: &str, theirs: &str, ratio: &str, target: &str) {
        // Some measurements take minutes: each is shown when it is known, and all of them at the end.
        let ratio_text = if ratio.is_empty() { String::new() } else { format!(", ratio {ratio}") };
        println!("{what}: {ours} | {against} {theirs}{ratio_text} {target}");
        self.0.add_row([what, ours, against, theirs, ratio, target]);
    }

    /// `target` is the least ratio of the medians, theirs to ours.
    fn compare(&mut self, what: &str, ours: &[f64], against: &str, theirs: &[f64], target: Option<f64>) {
        if theirs.is_empty() {
            return self.add(what, &show(ours), against, "not measured", "", "");
        }
        let ratio = median(theirs) / median(ours);
        let verdict = target
            .map_or(String::new(), |least| format!("{least} times: {}", if ratio >= least { "met" } else { "MISSED" }));
        self.add(what, &show(ours), against, &show(theirs), &format!("{ratio:.1}"), &verdict);
    }

    fn print(&self) {
        println!("\n{}", self.0);
    }
}
