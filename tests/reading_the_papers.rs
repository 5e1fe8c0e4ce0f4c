//! What a person reads is true: every command in the README is one, every link leads somewhere.

use std::path::{Path, PathBuf};

use exact_preauth_tests::Program;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

/// The calls of the program: indented lines, and code in tables.
fn calls(text: &str) -> Vec<&str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let code = text.split('`').skip(1).step_by(2);
    lines.chain(code).filter_map(|call| call.trim().strip_prefix("exact-preauth ")).collect()
}

#[tokio::test]
async fn every_command_in_the_readme_is_one() {
    let readme = read("README.md");
    let calls = calls(&readme);
    assert!(calls.len() > 12, "{calls:?}");
    for call in &calls {
        // Wrong options are refused before help is shown.
        let output = Program::new(call).arg("--help").run().await;
        assert_eq!(output.code, 0, "exact-preauth {call}: {}", output.words);
    }
    let help = Program::new("--help").run().await.data;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for command in commands.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help") {
        let shown = calls.iter().any(|call| call.split(' ').next() == Some(command));
        assert!(shown, "the README shows each command once: {command}");
    }
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = read("README.md");
    let first: Vec<&str> = readme.lines().filter(|line| !line.is_empty()).take(3).collect();
    assert!(
        first[1].trim().starts_with("cargo xtask demo") && first[2].trim().starts_with("cargo xtask test"),
        "{first:?}"
    );
    assert!(read(".ci/run").contains("cargo xtask test"));
}

#[test]
fn every_link_leads_somewhere() {
    for paper in ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"] {
        let text = read(paper);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("https://") {
                assert!(repository().join(link).exists(), "{paper}: {link}");
            }
        }
        for path in text.split('`').skip(1).step_by(2).filter(|code| code.ends_with(".rs") && code.contains('/')) {
            assert!(repository().join(path).exists(), "{paper}: {path}");
        }
    }
}
