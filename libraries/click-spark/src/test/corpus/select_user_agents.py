"""Selects the user agents of people and of robots for ShippedRulesIT, by the labels of their sources.

Usage: select_user_agents.py UAP_CORE ISBOT BOWSER USER_AGENTS CRAWLER_USER_AGENTS YAUAA_JAR TARGET

The first five are folders: the sources of uap-core, isbot and bowser, and the npm packages
user-agents and crawler-user-agents. Needs PyYAML. Writes TARGET/people.tsv.gz and
TARGET/robots.tsv.gz: source, tab, user agent; sorted, each user agent once.
"""

import collections
import gzip
import json
import pathlib
import sys
import zipfile

import yaml

MAX_CHARACTERS = 1024
PEOPLE_DEVICES = {
    "Desktop", "Phone", "Mobile", "Tablet", "TV", "Set-top box", "Game Console", "Handheld Game Console",
    "eReader", "Watch", "Virtual Reality", "Augmented Reality", "Car", "Home Appliance", "Smart Display",
}
PEOPLE_AGENTS = {"Browser", "Browser Webview", "Mobile App", "Desktop App", "Email Client", "eReader"}
ROBOT_DEVICES = {"Robot", "Robot Mobile", "Robot Imitator"}


def read_yaml(text):
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def uap_core(folder):
    cases = read_yaml((folder / "tests/test_device.yaml").read_text("utf8"))["test_cases"]
    for case in cases:
        if case["family"] != "Other":
            yield "robots" if case["family"] == "Spider" else "people", case["user_agent_string"]


def user_agents(folder):
    for entry in json.loads((folder / "dist/user-agents.json").read_text("utf8")):
        yield "people", entry["userAgent"]


def isbot(folder):
    for name, label in (("browsers", "people"), ("crawlers", "robots")):
        for group, texts in read_yaml((folder / f"fixtures/{name}.yml").read_text("utf8")).items():
            if not group.startswith("ZZZ Insignificat bots"):
                for text in texts:
                    yield label, text


def bowser(folder):
    for cases in read_yaml((folder / "test/acceptance/useragentstrings.yml").read_text("utf8")).values():
        for case in cases:
            kind = case["spec"].get("platform", {}).get("type")
            if kind:
                yield "robots" if kind == "bot" else "people", case["ua"]


def yauaa(jar):
    with zipfile.ZipFile(jar) as files:
        for name in files.namelist():
            if not (name.startswith("UserAgents/") and name.endswith(".yaml")):
                continue
            for entry in read_yaml(files.read(name)).get("config") or []:
                test = entry.get("test") or {}
                expected = test.get("expected") or {}
                sent = test.get("input") or {}
                if list(sent) != ["user_agent_string"]:
                    continue
                device, agent = expected.get("DeviceClass"), expected.get("AgentClass")
                if device in PEOPLE_DEVICES and agent in PEOPLE_AGENTS:
                    yield "people", sent["user_agent_string"]
                elif device in ROBOT_DEVICES:
                    yield "robots", sent["user_agent_string"]


def crawler_user_agents(folder):
    for entry in json.loads((folder / "crawler-user-agents.json").read_text("utf8")):
        for text in entry["instances"]:
            yield "robots", text


def main(uap, bots, browsers, agents, crawlers, jar, target):
    sources = {
        "uap-core": uap_core(pathlib.Path(uap)),
        "user-agents": user_agents(pathlib.Path(agents)),
        "isbot": isbot(pathlib.Path(bots)),
        "bowser": bowser(pathlib.Path(browsers)),
        "yauaa": yauaa(jar),
        "crawler-user-agents": crawler_user_agents(pathlib.Path(crawlers)),
    }
    found = [(source, label, str(text)) for source, cases in sources.items() for label, text in cases]
    labels = collections.defaultdict(set)
    for _, label, text in found:
        labels[text].add(label)
    seen = set()
    lines = {"people": [], "robots": []}
    for source, label, text in found:
        fits = text.strip() and len(text) <= MAX_CHARACTERS and "\n" not in text
        if fits and text not in seen and len(labels[text]) == 1:
            lines[label].append(f"{source}\t{text}\n")
        seen.add(text)
    for label, texts in lines.items():
        packed = gzip.compress("".join(sorted(texts)).encode("utf8"), 9, mtime=0)
        (pathlib.Path(target) / f"{label}.tsv.gz").write_bytes(packed)


if __name__ == "__main__":
    main(*sys.argv[1:])
