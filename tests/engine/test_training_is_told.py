"""Whoever waits for the training sees its steps and that time passes; no library's warnings."""

import sys
import threading

from bot.runtime import train

STEP = "INFO rasa.engine.training.hooks  - Starting to train component 'RulePolicy'.\n"


def test_steps_are_told_and_warnings_are_kept_back(capsys):
    kept = train.follow(["x.py:1: DeprecationWarning: old\n", STEP])
    assert capsys.readouterr().out.split() == ["0", "s", "RulePolicy"]
    assert kept[0].endswith("DeprecationWarning: old")


def test_silence_is_told_too(monkeypatch):
    told = threading.Event()

    def slow():
        told.wait(5)
        yield "done\n"

    monkeypatch.setattr(train, "SILENCE", 0.01)
    monkeypatch.setattr(train, "say", lambda _line: told.set())
    train.follow(slow())
    assert told.is_set()


def test_a_failed_training_shows_the_end_of_what_was_printed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/ls")
    assert train.train(tmp_path, tmp_path) != 0
    assert "--config" in capsys.readouterr().out  # what `ls` says about options of Rasa
