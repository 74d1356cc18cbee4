"""bin/tests: the sum over all suites and its exit status."""

from collections import Counter

import pytest

from tests.unit.tooling.scripts import load

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="m"/></testcase>
<testcase classname="a" name="broken"><error message="m"/></testcase>
<testcase classname="a" name="left"><skipped message="no Kannel"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def runner(monkeypatch, tmp_path):
    module = load("tests")
    monkeypatch.setattr(module, "REPORTS", tmp_path)
    monkeypatch.setattr(module, "train", lambda: 0)
    return module


def test_a_report_is_counted_with_its_reasons(runner, tmp_path):
    (tmp_path / "a.xml").write_text(REPORT)
    assert runner.read_report(tmp_path / "a.xml") == (
        Counter(failed=2, passed=1, skipped=1),
        ["a::left: no Kannel"],
    )


@pytest.mark.parametrize(
    ("results", "status", "line"),
    [
        ([(Counter(passed=2, skipped=1), ["x: why"], 0)], 0, "2 passed, 0 failed, 1 skipped"),
        ([(Counter(passed=2), [], 0), (Counter(failed=1), [], 1)], 1, "2 passed, 1 failed, 0 skipped"),
        ([(Counter(), [], 0)], 1, "0 passed, 0 failed, 0 skipped"),
    ],
)
def test_the_last_line_and_the_status_say_what_happened(runner, monkeypatch, capsys, results, status, line):
    outcomes = {str(number): runner.Outcome(str(number), *result, 1.0) for number, result in enumerate(results)}
    monkeypatch.setattr(runner, "SUITES", [(name, "python") for name in outcomes])
    monkeypatch.setattr(runner, "run_suite", lambda name, *_: outcomes[name])
    assert runner.main([]) == status
    assert capsys.readouterr().out.splitlines()[-1] == line
