//! `potbridge-stand-in`: a local YouTube as a program, for tests in any language and for a look by hand.
//!
//! It prints one line of JSON when it is ready and one for each request of the player's or of a downloader's. It ends when
//! its standard input is closed, so it never outlives the program that started it. It keeps no file, so it handles no
//! signals.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use clap::Parser;
use potbridge_stand_in::{Scenario, StandIn, ready_line, received_line};

/// A local YouTube that a browser reaches under the real names.
#[derive(Parser)]
#[command(version, after_help = "It ends when its standard input is closed.")]
struct Options {
    /// The scenario: a name, or the path of a .toml file
    #[arg(long, default_value = "demo")]
    scenario: String,
    /// The port on 127.0.0.1; 0 means a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print whole tokens; they are random and worthless
    #[arg(long)]
    show_tokens: bool,
}

enum News {
    Line(String),
    InputClosed,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // If standard error is closed too, nobody is left to tell.
            let _ = writeln!(io::stderr(), "potbridge-stand-in: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::of_argument(&options.scenario)?;
    let stand_in = StandIn::start_on(options.port, scenario)
        .map_err(|problem| format!("cannot listen on 127.0.0.1:{}: {problem}", options.port))?;
    let mut output = io::stdout().lock();
    writeln!(output, "{}", ready_line(&stand_in))?;
    output.flush()?;

    let show_tokens = options.show_tokens;
    let (tell, news) = mpsc::channel();
    let tell_of_input = tell.clone();
    thread::spawn(move || {
        // An input that cannot be read counts as closed.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        tell_of_input.send(News::InputClosed)
    });
    thread::spawn(move || {
        (0..)
            .map_while(|index| stand_in.nth_received(index))
            .try_for_each(|received| tell.send(News::Line(received_line(&received, show_tokens).to_string())))
    });
    while let Ok(News::Line(line)) = news.recv() {
        writeln!(output, "{line}")?;
        output.flush()?;
    }
    Ok(())
}
