#!/usr/bin/env python3
"""Checks the public log of an owner vote and counts it again: an executable form of
docs/vote-log.md. Plain Python 3, standard library only; it shares no line with the server.

    tools/recount.py [--key VKEY] [--receipts DIR] [--json] SOURCE...
    tools/recount.py --key VKEY --receipts DIR

SOURCE is a directory or a zip with the log's files, DIR one with receipts (*.tlog-proof). Exit
codes: 0 good, 1 bad (leaf and rule are named), 2 usage, 3 good as far as disclosed. Get the key
(name+hash+base64) elsewhere than from the log; without --key the one beside the log is used, which
cannot show that a whole log was exchanged. Keys of other kinds than Ed25519 are passed over.
Without a SOURCE each receipt is checked by itself, with the leaf that lies beside it (*.leaf).
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
import zipfile

# --- Ed25519, by the arithmetic of RFC 8032 section 6: slow and plain ---------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    """The sum of two points in extended coordinates (x, y, z, t)."""
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, d - c, d + c, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left, right = times(s, BASE), add(r, times(int.from_bytes(digest, "little") % Q, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]) % P == 0


# --- C2SP signed notes and checkpoints, RFC 6962 trees -------------------------------------------


class Bad(Exception):
    """Something that cannot be read."""


def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad(f"not base64: {error}") from error
    if base64.b64encode(data).decode() != text:
        raise Bad("not canonical base64")
    return data


def parse_key(text):
    """(name, key id, Ed25519 key) of name+hash+base64."""
    name, _, rest = text.partition("+")
    number, _, key = rest.partition("+")
    key = unbase64(key)
    digest = hashlib.sha256(f"{name}\n".encode() + key).digest()[:4]
    if len(number) != 8 or number.lower() != digest.hex() or len(key) != 33 or key[0] != 1:
        raise Bad("not an Ed25519 verifier key")
    return name, digest, key[1:]


def plain_keys(vkeys):
    """Those of some verifier keys that are Ed25519 keys: as text and as parse_key gives them."""
    found = []
    for vkey in vkeys:
        try:
            found.append((vkey, parse_key(vkey)))
        except Bad:
            continue
    return found


def open_note(data, key):
    """The text of a note that the key has signed."""
    name, number, public = key
    try:
        text, _, signatures = data.decode().rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise Bad("not UTF-8") from error
    text += "\n"
    if not signatures.endswith("\n") or any(c < " " and c != "\n" for c in data.decode()):
        raise Bad("not a signed note")
    good = False
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":
            raise Bad("not a signature line")
        signature = unbase64(parts[2])
        if len(signature) < 5:
            raise Bad("not a signature")
        if parts[1] == name and signature[:4] == number:
            if not ed25519_verify(public, text.encode(), signature[4:]):
                raise Bad("the signature is wrong")
            good = True
    if not good:
        raise Bad("the key has not signed it")
    return text


def decimal(text):
    if not re.fullmatch("0|[1-9][0-9]*", text) or int(text) >= 2**64:
        raise Bad(f"not a decimal number: {text}")
    return int(text)


def open_checkpoint(data, key):
    lines = open_note(data, key).split("\n")
    if len(lines) < 4 or lines[0] != key[0]:
        raise Bad("not a checkpoint of this log")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Bad("not a root")
    return lines[0], decimal(lines[1]), root


def split_revision(origin):
    """host/subject-rN as (host/subject, N); N is 1 where there is none."""
    found = re.fullmatch("(.*)-r([1-9][0-9]*)", origin, re.DOTALL)
    if found and 1 < int(found[2]) < 2**32:
        return found[1], int(found[2])
    return origin, 1


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def levels_of(hashes):
    """All complete subtrees, level by level."""
    levels = [hashes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[0::2], below[1::2])
        levels.append([hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs])
    return levels


def root_at(levels, size):
    """RFC 6962 section 2.1: the root of the first `size` leaves."""
    root = None
    for level in range(size.bit_length()):
        if size >> level & 1:
            left = levels[level][(size >> level) - 1]
            root = left if root is None else hashlib.sha256(b"\1" + left + root).digest()
    return hashlib.sha256().digest() if root is None else root


def root_from(index, size, node, hashes):
    """RFC 9162 section 2.1.3.2: the root that an inclusion proof leads to; None for no proof."""
    last = size - 1
    if index > last:
        return None
    for sibling in hashes:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


# --- Reading a log's files -----------------------------------------------------------------------


class Source:
    def __init__(self, name):
        self.name = name
        self.zip = None if os.path.isdir(name) else zipfile.ZipFile(name)

    def read(self, path):
        try:
            if self.zip:
                return self.zip.read(path)
            with open(os.path.join(self.name, path), "rb") as file:
                return file.read()
        except (KeyError, FileNotFoundError, NotADirectoryError):
            return None

    def tile(self, kind, index, width):
        digits = f"{index % 1000:03}"
        while index >= 1000:
            index //= 1000
            digits = f"x{index % 1000:03}/{digits}"
        path = f"tile/{kind}/{digits}"
        if width == 256:
            return self.read(path)
        found = self.read(f"{path}.p/{width}")
        return self.read(path) if found is None else found


# --- What a leaf looks like: every field with its type; a trailing ? marks one that may be absent -

INT, TEXT, FLAG, NUMBER = "int", "text", "flag", "number"  # NUMBER may be negative: instants
LINE = {"comparator": TEXT, "num": INT, "den": INT}
LINES = {f"{what}_by_{unit}": LINE for what in ("participation", "approval")
         for unit in ("area", "heads")}
SUM = {"area": INT, "heads": INT}
TERMS = {"clause": TEXT, "items": [INT], "limit?": {"num": INT, "den": INT}, "relied": TEXT}
BY_CLAUSE = {"participating": SUM, "for": SUM, "against": SUM, "abstain": SUM, "objecting?": SUM,
             "passed": FLAG}
KEYED = {"at": NUMBER, "serial": TEXT, "clerk": TEXT, "under?": INT, "what": TEXT}
LEAVES = {
    "manifest": {
        "format": TEXT, "at": NUMBER, "vote": TEXT, "title": TEXT, "scope": TEXT, "agenda": TEXT,
        "items": [{"position": INT, "id": TEXT, "title": TEXT, "class": TEXT, "lines": LINES}],
        "questions?": [{"title": TEXT, "items": [INT], "choose_at_most": INT, "seats": INT,
                        "kind": TEXT, "rank_by": TEXT}],
        "rules": {"pack": TEXT, "version": NUMBER, "digest": TEXT, "invalid_participates": FLAG,
                  "duplicate_policy": TEXT, "max_changes": INT, "silent_rule": TEXT,
                  "silence?": TERMS, "proxy_limit?": INT, "publish_detail": TEXT},
        "record_on": TEXT, "opens_at": NUMBER, "closes_at": NUMBER, "units": INT, "heads": INT,
        "area": INT, "vkeys": [TEXT], "software": TEXT},
    "roll": {"unit": TEXT, "building": TEXT, "head": INT, "area": INT, "delivered": FLAG,
             "owners": TEXT},
    "roll_amend": {"at": NUMBER, "unit": TEXT, "building": TEXT, "head?": INT, "area": INT,
                   "delivered": FLAG, "owners?": TEXT, "reason": TEXT, "objection?": TEXT,
                   "by": [TEXT]},
    "proxy": {"at": NUMBER, "kind": TEXT, "head": INT, "agent": TEXT, "items?": [INT],
              "until": NUMBER, "document": TEXT, "by": [TEXT]},
    "proxy_end": {"at": NUMBER, "proxy": INT, "reason": TEXT},
    "transfer": {"at": NUMBER, "unit": TEXT, "building": TEXT, "head": INT, "owners": TEXT,
                 "by": [TEXT]},
    "ballot": {"at": NUMBER, "channel": TEXT, "nonce": TEXT, "grade": TEXT, "evidence?": TEXT,
               "serial?": TEXT, "replaces?": INT, "under?": INT, "who": TEXT, "what": TEXT},
    "attempt": {"at": NUMBER, "channel": TEXT, "reason": TEXT, "nonce": TEXT, "serial?": TEXT,
                "who?": TEXT},
    "paper_issue": {"at": NUMBER, "sheets": [(TEXT, INT)]},
    "paper_spoil": {"at": NUMBER, "serial": TEXT, "reason": TEXT, "replaced_by?": TEXT},
    "paper_batch": {"at": NUMBER, "batch": INT, "collectors": (TEXT, TEXT), "place": TEXT,
                    "seal": TEXT, "serials": [TEXT]},
    "paper_key": KEYED,
    "adjudicate": KEYED,
    "paper_close": {"at": NUMBER, "issued": INT, "returned": INT, "spoiled": INT, "missing": INT},
    "extend": {"at": NUMBER, "closes_at": NUMBER, "reason": TEXT, "by": [TEXT]},
    "challenge": {"at": NUMBER, "ballot": INT, "reason": TEXT},
    "ruling": {"at": NUMBER, "challenge": INT, "upheld": FLAG, "by": [TEXT],
               "what?": TEXT},
    "close": {"at": NUMBER},
    "delivery": {"at": NUMBER, "part": INT, "parts": INT, "by": [TEXT], "units": [{
        "unit": TEXT, "building": TEXT, "manner": TEXT, "at": NUMBER, "evidence": TEXT,
        "recorder": INT, "checker": INT}]},
    "tally": {"at": NUMBER, "items": [{
        "position": INT, "total": SUM, "participating": SUM, "for": SUM, "against": SUM,
        "abstain": SUM, "invalid": SUM, "silent?": SUM, "with_clause?": BY_CLAUSE,
        "passed": FLAG}]},
    "recheck_draw": {"at": NUMBER, "by": TEXT, "sheets": INT, "draws?": INT, "seed?": TEXT,
                     "source?": TEXT, "drawn_at?": NUMBER},
    "recheck": {"at": NUMBER, "part": INT, "parts": INT, "by": [TEXT], "read": [(TEXT, INT)],
                "differ": [TEXT]},
    "certificate": {"at": NUMBER, "text": TEXT},
    "incident": {"at": NUMBER, "reason": TEXT, "origin": TEXT, "size": INT, "root": TEXT,
                 "compromised": FLAG, "vkeys": [TEXT], "by": [TEXT]},
}
WHO = {"head": INT, "units": [TEXT]}
WHAT = {"choices": [TEXT], "invalid_reason?": TEXT}
OWNERS = {"owners": [TEXT], "voters?": [TEXT]}
AGENT = {"agent": TEXT}


def fits(value, kind):
    if isinstance(kind, dict):
        names = {name.rstrip("?") for name in kind}
        return isinstance(value, dict) and set(value) <= names and all(
            fits(value[name.rstrip("?")], of) if value.get(name.rstrip("?")) is not None
            else name.endswith("?") for name, of in kind.items())
    if isinstance(kind, (list, tuple)):
        kinds = list(kind) if isinstance(kind, tuple) else None
        return isinstance(value, list) and (kinds is None or len(kinds) == len(value)) and all(
            fits(part, of) for part, of in zip(value, kinds or [kind[0]] * len(value)))
    if kind in (INT, NUMBER):
        low, high = (0, 2**64) if kind == INT else (-2**63, 2**63)
        return isinstance(value, int) and not isinstance(value, bool) and low <= value < high
    return isinstance(value, bool if kind == FLAG else str)


def once(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def refuse(text):
    raise ValueError(f"not an integer: {text}")


def parse(data, kind=None):
    """JSON without floats and doubled keys, of a kind."""
    try:
        value = json.loads(data, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Bad(str(error)) from error
    if kind and not fits(value, kind):
        raise Bad("a field is missing, unknown or of another type")
    return value


# --- The rules, replayed leaf by leaf; docs/vote-log.md numbers them -----------------------------

CHOICES = ("for", "against", "abstain", "invalid")
BALLOT_TIME = ("open", "closed")
ALWAYS = ("open", "closed", "counted")
PHASES = {
    "manifest": ("begin",), "roll": ("roll",), "roll_amend": ("open",),
    "transfer": ("open",), "paper_issue": ("open",),
    "paper_spoil": ("open",), "paper_batch": ("open",), "extend": ("open",), "close": ("open",),
    "proxy": ("open",), "proxy_end": ("open",),
    "ballot": BALLOT_TIME, "attempt": BALLOT_TIME, "paper_key": BALLOT_TIME,
    "adjudicate": BALLOT_TIME, "paper_close": BALLOT_TIME, "challenge": ALWAYS, "ruling": ALWAYS,
    "incident": ALWAYS, "delivery": ("closed",), "tally": ("closed", "counted"), "recheck_draw": ("counted",),
    "recheck": ("counted",), "certificate": ("counted",),
}


def meets(line, part, whole):
    have, need = part * line["den"], whole * line["num"]
    return have >= need if line["comparator"] == "at_least" else have > need


def is_line(line):
    known = line["comparator"] in ("at_least", "more_than")
    return known and 0 < line["den"] < 2**32 and line["num"] < 2**32


def passes(lines, tally):
    total, part, yes = tally["total"], tally["participating"], tally["for"]
    return part["area"] > 0 and part["heads"] > 0 and all(
        meets(lines[f"participation_by_{unit}"], part[unit], total[unit])
        and meets(lines[f"approval_by_{unit}"], yes[unit], part[unit])
        for unit in ("area", "heads"))


def day(at):
    """The day of an instant in China."""
    return (at + 8 * 3_600_000_000) // 86_400_000_000


def is_silence(manifest):
    """Whether the terms by which silence weighs are whole."""
    rule, terms = manifest["rules"]["silent_rule"], manifest["rules"].get("silence")
    if terms is None:
        return rule == "none"
    may = {item["position"] for item in manifest["items"] if item["class"] != "unanimous"}
    limit = terms.get("limit")
    return (rule in ("follow_majority", "objection") and terms["items"] == sorted(
        set(terms["items"])) and set(terms["items"]) <= may
            and terms["relied"] in ("strict", "with_clause")
            and (limit is not None) == (rule == "objection")
            and (limit is None or is_share(limit)))


def is_share(limit):
    return 0 < limit["den"] < 2**32 and limit["num"] < 2**32


def leading(tally):
    """The choice that leads by area and by heads."""
    for choice in CHOICES[:3]:
        if all(tally[choice][unit] > tally[other][unit] for other in CHOICES[:3]
               if other != choice for unit in ("area", "heads")):
            return choice
    return None


def is_left_out(ballot, index):
    """Whether an item lies outside the power by which an agent cast the ballot."""
    return ballot["channel"] == "proxy" and ballot["choices"][index] == "invalid"


def says_something(ballot):
    """Whether a ballot is a vote: not void, and not invalid throughout as far as it is opened."""
    return not ballot["void"] and any(said != "invalid" for said in ballot["choices"] or [])


def by_clause(tally, limit, lines):
    """The count of an item by its clause: silence follows the majority, or objectors are few."""
    told = {name: tally[name] for name in ("participating", "for", "against", "abstain")}
    if limit is None:
        joins = leading(tally)
        for name in ("participating", joins) if joins else ():
            told[name] = {unit: tally[name][unit] + tally["silent"][unit] for unit in tally[name]}
        return {**told, "passed": passes(lines, {**tally, **told})}
    known = ("for", "abstain", "invalid", "silent")
    objecting = {unit: max(tally["against"][unit], tally["total"][unit] - sum(
        tally[name][unit] for name in known)) for unit in ("area", "heads")}
    few = all(objecting[unit] * limit["den"] <= tally["total"][unit] * limit["num"]
              for unit in ("area", "heads"))
    return {**told, "objecting": objecting, "passed": few and all(tally["total"].values())}


def draws_of(items, paper):
    """How often is drawn by heads, and as often by area; None: every sheet is read again."""
    if paper["heads"] <= 500:
        return None
    most = 0
    for lines, tally in items:
        total, part, yes = tally["total"], tally["participating"], tally["for"]
        for unit in ("area", "heads"):
            for line, have, whole in ((lines[f"participation_by_{unit}"], part, total),
                                      (lines[f"approval_by_{unit}"], yes, part)):
                distance = abs(have[unit] * line["den"] - whole[unit] * line["num"])
                if distance == 0:
                    return None
                # 2 * 1.03905 * ln 20 = 6.225432, over the margin 2 * distance / paper.
                need = 6_225_432 * paper[unit] * line["den"]
                most = max(most, -(-need // (1_000_000 * 2 * distance)))
    return most if most < paper["heads"] else None


RANKS = {
    # Whether one sum for stands behind another.
    "heads_then_area": lambda own, other: (own["heads"], own["area"]) < (
        other["heads"], other["area"]),
    "area_then_heads": lambda own, other: (own["area"], own["heads"]) < (
        other["area"], other["heads"]),
    "both": lambda own, other: own != other and own["area"] <= other["area"]
    and own["heads"] <= other["heads"],
}


def questions_of(manifest):
    """The questions of a manifest; None where one is not whole."""
    found, seen = manifest.get("questions") or [], set()
    for question in found:
        options = question["items"]
        if (options != sorted(set(options)) or len(options) < 2 or seen & set(options)
                or not 1 <= question["seats"] <= question["choose_at_most"] <= len(options)
                or options[0] < 1 or options[-1] > len(manifest["items"])
                or question["kind"] not in ("choice", "election")
                or question["rank_by"] not in RANKS):
            return None
        seen |= set(options)
    return found


def breaks(question, choices):
    """Whether a ballot chooses too much of a question, or is invalid in a part of it."""
    said = [choices[option - 1] for option in question["items"]]
    return said.count("for") > question["choose_at_most"] or (
        "invalid" in said and set(said) != {"invalid"})


def passed_of(question, items):
    return [(option, items[option - 1]["for"]) for option in question["items"]
            if option <= len(items) and items[option - 1]["passed"]]


def result_of(question, items):
    """The certificate's line: an option wins if fewer others than seats do not stand behind it."""
    behind, passed = RANKS[question["rank_by"]], passed_of(question, items)
    chosen = [str(option) for option, own in passed
              if sum(other != option and not behind(sums, own) for other, sums in passed)
              < question["seats"]]
    return (f"question {question['items'][0]} chosen {','.join(chosen) or '-'} "
            f"open {question['seats'] - len(chosen)}")


def numbers(seed, name, limit):
    """Numbers below `limit`: SHA-256 of seed, name and a counter, line by line."""
    counter = 0
    while limit > 0:
        digest = hashlib.sha256(f"{seed}\n{name}\n{counter}".encode()).digest()
        number, counter = int.from_bytes(digest[:8], "big"), counter + 1
        if number < 2**64 // limit * limit:
            yield number % limit


def sample_of(seed, draws, areas):
    """The places of the sheets that are drawn."""
    drawn = {place for _, place in zip(range(draws), numbers(seed, "heads", len(areas)))}
    for _, place in zip(range(draws), numbers(seed, "area", sum(areas))):
        at = 0
        while place >= areas[at]:
            place, at = place - areas[at], at + 1
        drawn.add(at)
    return drawn


def era_of(leaf):
    vkeys = leaf["vkeys"]
    name = vkeys[0].partition("+")[0] if vkeys else ""
    return {"origin": name, "vkeys": vkeys, "end": None}


class Replay:
    def __init__(self, origin, vkey, size):
        self.origin, self.vkey, self.size = origin, vkey, size
        self.faults, self.undisclosed, self.notes, self.questions = {}, [], [], []
        self.phase, self.manifest, self.closes_at, self.closed_at = "begin", None, 0, None
        self.heads, self.units, self.next_head = {}, {}, 0
        # The names that the log had, each with its keys and the incident that ended it.
        self.eras = [{"origin": origin, "vkeys": [vkey], "end": None}]
        self.ballots, self.by_head, self.sheets, self.replaced = {}, {}, {}, []
        # The powers of agents by leaf; the commitment of each agent that was opened.
        self.powers, self.agents = {}, {}
        self.batches, self.disputes, self.closed_readings = 0, {}, 0
        self.counted, self.certified, self.ruled = None, None, False
        self.counted_at, self.drawn, self.draws, self.parts = None, None, None, 0
        self.reread = set()
        self.differs, self.rechecked = False, False
        # Units that were delivered; since when others stand for a unit; parts that came and are due.
        self.delivered, self.moved, self.delivery_parts, self.delivery_due = set(), {}, 0, 0

    def fault(self, seq, rule, message):
        self.faults.setdefault((seq, rule), message)

    def take(self, seq, data, opened):
        try:
            if len(data) > 16 * 1024:
                raise Bad("the leaf is too large")
            leaf = parse(data)
            kind = leaf.pop("type", None) if isinstance(leaf, dict) else None
            if not isinstance(kind, str) or kind not in LEAVES or not fits(leaf, LEAVES[kind]):
                raise Bad("not a leaf of this format")
        except Bad as error:
            return self.fault(seq, "format", str(error))
        if self.phase == "roll" and kind != "roll":
            self.end_roll(seq)
        if self.phase not in PHASES[kind]:
            return self.fault(seq, "order", f"no {kind} may stand here")
        return getattr(self, f"take_{kind}")(seq, leaf, opened)

    def open(self, seq, opened, name, commitment, kind):
        """What a commitment hides, and its text, if it is opened and fits."""
        opening = opened.get(name)
        if opening is None or commitment is None:
            return None, None
        try:
            salt = opening["salt"]
            if not re.fullmatch("[0-9a-fA-F]{64}", salt):
                raise Bad("no salt of 32 bytes")
            digest = hashlib.sha256(bytes.fromhex(salt) + opening["text"].encode()).hexdigest()
            if digest != commitment:
                raise Bad("the opening does not fit the commitment")
            return parse(opening["text"], kind), opening["text"]
        except Bad as error:
            self.fault(seq, "opening", str(error))
            return None, None

    # Manifest and roll

    def take_manifest(self, seq, leaf, _):
        self.phase, self.manifest, self.closes_at = "roll", leaf, leaf["closes_at"]
        self.eras = [era_of(leaf)]
        items, (_, _, subject) = leaf["items"], split_revision(self.origin)[0].partition("/")
        numbered = [item["position"] for item in items] == list(range(1, len(items) + 1))
        if not (leaf["format"] == "jiugai-vote-log/1" and items and numbered
                and all(is_line(line) for item in items for line in item["lines"].values())
                and leaf["rules"]["duplicate_policy"] in ("first_valid", "last_valid",
                                                          "online_first")
                and is_silence(leaf) and leaf["opens_at"] < leaf["closes_at"]
                and leaf["heads"] and leaf["area"]
                and subject == f"v/{leaf['vote']}"):
            self.fault(seq, "manifest", "the manifest is not whole, or of another vote")
        questions = questions_of(leaf)
        if questions is None:
            self.fault(seq, "question", "a question's options, places or kind are not whole")
        self.questions = questions or []

    def take_roll(self, seq, leaf, opened):
        if seq > self.manifest["units"]:
            return self.fault(seq, "roll", "more units than the manifest says")
        self.open(seq, opened, "owners", leaf["owners"], OWNERS)
        if leaf["head"] >= min(self.manifest["heads"], self.size):
            return self.fault(seq, "roll", "a head beyond the manifest's")
        unit = leaf["building"], leaf["unit"]
        if unit in self.units:
            return self.fault(seq, "roll", "a unit stands twice")
        head = self.heads.setdefault(leaf["head"], {"area": 0, "units": []})
        head["area"] += leaf["area"]
        head["units"].append(leaf["unit"])
        self.units[unit] = {"head": leaf["head"], "area": leaf["area"]}
        self.next_head = max(self.next_head, leaf["head"] + 1)
        return None

    def total(self):
        return {"area": sum(head["area"] for head in self.heads.values()),
                "heads": len(self.heads)}

    def take_roll_amend(self, seq, leaf, opened):
        self.open(seq, opened, "owners", leaf.get("owners"), OWNERS)
        unit, head = (leaf["building"], leaf["unit"]), leaf.get("head")
        struck = head is None
        if (len(set(leaf["by"])) < 2 or leaf["at"] >= self.manifest["opens_at"] or self.ballots
                or struck != (leaf["area"] == 0) or struck != (leaf.get("owners") is None)
                or (unit not in self.units if struck else head > self.next_head)):
            return self.fault(seq, "roll_amend", "two people amend the roll before the opening; a "
                                                 "new head takes the next number")
        self.moved[unit] = max(leaf["at"], self.moved.get(unit, leaf["at"]))
        touched = {head, self.units.get(unit, {}).get("head")} - {None}
        if struck:
            del self.units[unit]  # a unit that comes back comes last
        else:
            self.units.setdefault(unit, {}).update(head=head, area=leaf["area"])
            self.next_head = max(self.next_head, head + 1)
        for number in touched:
            self.heads.pop(number, None)  # a head without units does not count
            units = [(name, of["area"]) for (_, name), of in self.units.items()
                     if of["head"] == number]
            if units:
                self.heads[number] = {"area": sum(area for _, area in units),
                                      "units": [name for name, _ in units]}
        return None

    def take_transfer(self, seq, leaf, opened):
        self.open(seq, opened, "owners", leaf["owners"], OWNERS)
        unit, head = (leaf["building"], leaf["unit"]), leaf["head"]
        own = [sheet for sheet in self.sheets.values()
               if sheet["head"] == head and not sheet["spoiled"]]
        unread = {"void": False, "choices": ["unread"]}
        voted = any(map(says_something, self.by_head.get(head, []))) or any(
            says_something(self.ballots.get(sheet["ballot"], unread)) for sheet in own)
        if (len(set(leaf["by"])) < 2 or not self.in_window(leaf["at"]) or voted
                or self.units.get(unit, {}).get("head") != head
                or self.heads.get(head, {}).get("units") != [leaf["unit"]]):
            return self.fault(seq, "transfer", "two people put the buyer of a head's only unit in "
                              "the seller's place, in the window, before the head votes")
        self.moved[unit] = max(leaf["at"], self.moved.get(unit, leaf["at"]))
        return None

    def end_roll(self, seq):
        self.phase = "open"
        total = self.total()
        if seq <= self.manifest["units"]:
            self.fault(seq, "roll", "fewer units than the manifest says")
        elif total != {unit: self.manifest[unit] for unit in total}:
            self.fault(0, "roll", "area or heads of the roll are not those of the manifest")

    # Ballots

    def in_window(self, at):
        return self.manifest["opens_at"] <= at < self.closes_at

    def who(self, seq, opened, commitment):
        who, _ = self.open(seq, opened, "who", commitment, WHO)
        if who is None:
            return None
        if self.heads.get(who["head"], {}).get("units") == who["units"]:
            return who["head"]
        return self.fault(seq, "who", "not a head of the roll with its units")

    def choices(self, seq, what):
        choices = what and what["choices"]
        if what and (len(choices) != len(self.manifest["items"])
                     or not set(choices) <= set(CHOICES)
                     or ("invalid" in choices) != (what.get("invalid_reason") is not None)):
            return self.fault(seq, "what", "not one choice for each item")
        if choices and any(breaks(question, choices) for question in self.questions):
            self.fault(seq, "question", "more options of a question than it allows, or only some "
                                        "of them invalid")
        return choices

    def take_proxy(self, seq, leaf, opened):
        agent, _ = self.open(seq, opened, "agent", leaf["agent"], AGENT)
        items, numbers = leaf.get("items"), range(1, len(self.manifest["items"]) + 1)
        standing = [power for power in self.powers.values() if not power["over"]]
        if (len(set(leaf["by"])) < 2 or not leaf["at"] < min(leaf["until"], self.closes_at)
                or leaf["kind"] not in ("proxy", "guardian", "organisation_agent")
                or (items is not None and (not items or items != sorted(set(items))
                                           or not set(items) <= set(numbers)))
                or leaf["head"] not in self.heads
                or leaf["head"] in [power["head"] for power in standing]):
            return self.fault(seq, "proxy", "two people, a head without another agent, items of "
                                            "the ballot, a time to come")
        if agent and self.agents.setdefault(agent["agent"], leaf["agent"]) != leaf["agent"]:
            return self.fault(seq, "proxy", "one agent under two commitments")
        limit, counts = self.manifest["rules"].get("proxy_limit"), leaf["kind"] == "proxy"
        have = [power for power in standing
                if power["agent"] == leaf["agent"] and power["kind"] == "proxy"]
        if counts and limit is not None and len(have) >= limit:
            return self.fault(seq, "proxy", "an agent stands for too many owners")
        self.powers[seq] = {**leaf, "over": False}
        return None

    def take_proxy_end(self, seq, leaf, _):
        power = self.powers.get(leaf["proxy"])
        used = any(ballot["under"] == leaf["proxy"] and not ballot["void"]
                   for ballot in self.ballots.values())
        if power is None or power["over"] or used:
            return self.fault(seq, "proxy", "ends no proxy that stands unused")
        power["over"] = True
        return None

    def use_power(self, seq, leaf, who, choices):
        """The head for which a proxy's ballot was cast."""
        under = leaf.get("under")
        if leaf["channel"] == "online" and under is not None:
            self.fault(seq, "proxy", "a proxy of another channel")
        if leaf["channel"] == "online" or (leaf["channel"] == "paper" and under is None):
            return None
        power = self.powers.get(under)
        if (power is None or power["over"]
                or (leaf.get("serial") is not None) != (leaf["channel"] == "paper")
                or leaf["at"] >= power["until"] or who not in (None, power["head"])
                or power["head"] not in self.heads
                or (power.get("items") is not None and choices is not None
                    and any(choice != "invalid" and at not in power["items"]
                            for at, choice in enumerate(choices, 1)))):
            return self.fault(seq, "proxy", "a proxy's ballot under no power that stood for its "
                                            "head and items")
        return power["head"]

    def take_ballot(self, seq, leaf, opened):
        if leaf["channel"] not in ("online", "paper", "proxy"):
            return self.fault(seq, "format", "an unknown channel")
        paper = leaf.get("serial") is not None or leaf["channel"] == "paper"
        if self.phase == "closed" and not paper:
            return self.fault(seq, "order", "a ballot on line after the close")
        if not self.in_window(leaf["at"]):
            self.fault(seq, "window", "outside the window")
        head = self.who(seq, opened, leaf["who"])
        what, text = self.open(seq, opened, "what", leaf["what"], WHAT)
        if paper:
            issued_to = self.take_sheet(seq, leaf, head, text)
            head = issued_to if issued_to is not None else head
        choices = self.choices(seq, what)
        empowered = self.use_power(seq, leaf, head, choices)
        head = empowered if empowered is not None else head
        replaced = leaf.get("replaces")
        if replaced is not None:
            earlier = self.ballots.get(replaced)
            if earlier is None or (None not in (earlier["head"], head)
                                   and earlier["head"] != head):
                self.fault(seq, "duplicate", "replaces no earlier ballot of the head")
        rules = self.manifest["rules"]
        mine = self.by_head.setdefault(head, [])
        if leaf["channel"] != "paper" and rules["duplicate_policy"] != "last_valid" \
                and head is not None:
            valid = sorted((b for b in mine
                            if not b["void"] and set(b["choices"] or ()) - {"invalid"}),
                           key=lambda b: (b["at"], b["seq"]))
            channels = [b["channel"] for b in valid]
            if channels.count("online") > rules["max_changes"] or (
                    rules["duplicate_policy"] == "first_valid"
                    and channels[:1] not in ([], ["online"])):
                self.fault(seq, "duplicate", "the head has a standing ballot already")
        ballot = {"seq": seq, "at": leaf["at"], "channel": leaf["channel"], "head": head,
                  "choices": choices, "void": False, "disputed": 0,
                  "under": leaf.get("under")}
        mine.append(ballot)
        self.ballots[seq] = ballot
        return None

    def take_attempt(self, seq, leaf, opened):
        self.who(seq, opened, leaf.get("who"))

    # Paper

    def take_paper_issue(self, seq, leaf, _):
        for serial, head in leaf["sheets"]:
            if head not in self.heads or serial in self.sheets:
                self.fault(seq, "paper", "no such head, or a serial that was issued before")
            self.sheets.setdefault(serial, {"head": head, "spoiled": False, "returned": None,
                                            "readings": [], "decision": None, "cast": False,
                                            "ballot": None})

    def take_paper_spoil(self, seq, leaf, _):
        sheet = self.sheets.get(leaf["serial"])
        if sheet is None or sheet["spoiled"] or sheet["returned"] is not None:
            self.fault(seq, "paper", "not a sheet that can be spoiled")
        else:
            sheet["spoiled"] = True
        if leaf.get("replaced_by") is not None:
            self.replaced.append((seq, leaf["serial"], leaf["replaced_by"]))

    def take_paper_batch(self, seq, leaf, _):
        self.batches += 1
        if not self.in_window(leaf["at"]):
            self.fault(seq, "window", "a batch outside the window")
        if leaf["collectors"][0] == leaf["collectors"][1] or leaf["batch"] != self.batches:
            self.fault(seq, "paper", "two collectors and the next number are needed")
        for serial in leaf["serials"]:
            sheet = self.sheets.get(serial)
            if sheet is None or sheet["spoiled"] or sheet["returned"] is not None:
                self.fault(seq, "paper", "not a sheet that can be brought back")
            else:
                sheet["returned"] = leaf["at"]

    def reading(self, seq, leaf, opened):
        _, text = self.open(seq, opened, "what", leaf["what"], WHAT)
        self.closed_readings += text is None
        text = text and f"{leaf.get('under')} {text}"  # who signed is part of what was read
        sheet = self.sheets.get(leaf["serial"])
        if sheet is None or sheet["returned"] is None or sheet["spoiled"]:
            return self.fault(seq, "paper", "a sheet that was not brought back is read"), None
        return sheet, (leaf["clerk"], text)

    def take_paper_key(self, seq, leaf, opened):
        sheet, reading = self.reading(seq, leaf, opened)
        if sheet is None:
            return
        clerks = [clerk for clerk, _ in sheet["readings"]]
        if leaf["clerk"] in clerks or len(clerks) >= 2:
            self.fault(seq, "paper", "read by the same clerk, or more than twice")
        else:
            sheet["readings"].append(reading)

    def take_adjudicate(self, seq, leaf, opened):
        sheet, reading = self.reading(seq, leaf, opened)
        if sheet is None:
            return
        texts = [text for _, text in sheet["readings"]]
        if (len(texts) != 2 or leaf["clerk"] in [clerk for clerk, _ in sheet["readings"]]
                or (texts[0] is not None and texts[0] == texts[1]) or sheet["decision"]):
            self.fault(seq, "paper", "a third person decides, once, between readings that differ")
        else:
            sheet["decision"] = reading

    def take_sheet(self, seq, leaf, who, text):
        sheet = self.sheets.get(leaf.get("serial"))
        if sheet is None:
            return self.fault(seq, "paper", "a serial that was not issued")
        texts = [text for _, text in sheet["readings"]]
        text = text and f"{leaf.get('under')} {text}"
        decided = sheet["decision"] and sheet["decision"][1]
        settled, read = len(texts) == 2, decided
        if settled and None not in texts:
            read = texts[0] if texts[0] == texts[1] else decided
            settled = texts[0] == texts[1] or sheet["decision"] is not None
        if (sheet["spoiled"] or sheet["cast"] or sheet["returned"] != leaf["at"]
                or who not in (None, sheet["head"]) or sheet["head"] not in self.heads
                or not settled
                or (None not in (read, text) and read != text)):
            self.fault(seq, "paper", "the sheet is spoiled, cast, of another batch or head, or "
                                     "does not say this")
        sheet["cast"], sheet["ballot"] = True, seq
        return sheet["head"] if sheet["head"] in self.heads else None

    def take_paper_close(self, seq, leaf, _):
        spoiled = sum(sheet["spoiled"] for sheet in self.sheets.values())
        back = sum(not sheet["spoiled"] and sheet["returned"] is not None
                   for sheet in self.sheets.values())
        told = leaf["issued"], leaf["returned"], leaf["spoiled"], leaf["missing"]
        if told != (len(self.sheets), back, spoiled, len(self.sheets) - back - spoiled):
            self.fault(seq, "paper", "not every issued sheet is accounted for")

    # The re-check

    def cast_sheets(self):
        """The sheets with a ballot, their areas, and the draws that the last count needs."""
        cast = sorted(serial for serial, sheet in self.sheets.items() if sheet["cast"])
        heads = [self.heads.get(self.sheets[serial]["head"]) for serial in cast]
        areas = [head["area"] if head else 0 for head in heads]
        lines = [item["lines"] for item in self.manifest["items"]
                 if all(is_line(line) for line in item["lines"].values())]
        paper = {"heads": len(cast), "area": sum(areas)}
        if self.manifest["rules"].get("silence") is not None:
            return cast, areas, None  # one sheet may turn around whom the silent follow
        ranked = any(len(passed_of(question, self.counted[1])) > question["seats"]
                     for question in self.questions)
        # No margin of a line speaks for the order among options that pass.
        return cast, areas, None if ranked else draws_of(zip(lines, self.counted[1]), paper)

    def is_enough(self, draws):
        """Whether the last draw was of as many; none at all is every sheet."""
        return self.differs or self.draws is None or (draws is not None and draws <= self.draws)

    def take_recheck_draw(self, seq, leaf, _):
        cast, areas, draws = self.cast_sheets()
        if self.drawn is not None and (not self.rechecked or self.is_enough(draws)):
            return self.fault(seq, "recheck", "drawn again only where the re-check is finished and "
                                              "the last count needs more")
        at = leaf.get("drawn_at")
        seeded = leaf.get("seed") and leaf.get("source") and at is not None \
            and self.counted_at <= at <= leaf["at"]
        if leaf["sheets"] != len(cast) or leaf.get("draws") != draws \
                or (draws is not None and not seeded):
            self.fault(seq, "recheck", "not the draws that the count needs, or no seed after it")
        places = range(len(cast)) if draws is None \
            else sample_of(leaf.get("seed") or "", draws, areas)
        # What was read before counts, and is told again.
        self.drawn = {cast[place] for place in places} | self.reread
        self.draws, self.parts, self.reread, self.rechecked = draws, 0, set(), False
        return None

    def take_recheck(self, seq, leaf, _):
        if self.drawn is None or self.rechecked:
            return self.fault(seq, "recheck", "read again before the draw, or twice")
        self.parts += 1
        wrong = leaf["part"] != self.parts or leaf["parts"] < leaf["part"]
        rulers, answered = {}, set()
        for ballot, misread, _, by in self.disputes.values():
            rulers.setdefault(ballot["seq"], []).extend(by)
            if misread or ballot["void"]:
                answered.add(ballot["seq"])
        for serial, reader in leaf["read"]:
            sheet = self.sheets.get(serial, {"readings": [], "decision": None})
            before = [clerk for clerk, _ in [*sheet["readings"], sheet["decision"] or (None, None)]]
            before += rulers.get(sheet.get("ballot"), [])
            wrong |= (reader >= len(leaf["by"]) or leaf["by"][reader] in before
                      or serial in self.reread)
            self.reread.add(serial)
        for serial in leaf["differ"]:
            self.differs = True
            ballot = self.sheets.get(serial, {"ballot": None})["ballot"]
            wrong |= serial not in [read for read, _ in leaf["read"]] or ballot not in answered
        if leaf["part"] >= leaf["parts"]:
            self.rechecked = True
            cast = {serial for serial, sheet in self.sheets.items() if sheet["cast"]}
            wrong |= self.reread != (cast if self.differs else self.drawn)
        if wrong:
            self.fault(seq, "recheck", "not what was drawn, or read by one who had read it or "
                                       "ruled on it, or a difference not disputed as misread")
        return None

    # Silence

    def take_delivery(self, seq, leaf, _):
        self.delivery_parts += 1
        if self.delivery_parts == 1:
            self.delivery_due = leaf["parts"]
        if (self.manifest["rules"].get("silence") is None or leaf["part"] > leaf["parts"]
                or (leaf["part"], leaf["parts"]) != (self.delivery_parts, self.delivery_due)):
            return self.fault(seq, "delivery", "no clause on silence, or not the next part")
        people = dict(enumerate(leaf["by"]))
        for told in leaf["units"]:
            unit = told["building"], told["unit"]
            recorder, checker = people.get(told["recorder"]), people.get(told["checker"])
            if (recorder is None or checker is None or recorder == checker
                    or told["manner"] not in ("in_person", "sms", "post")
                    or unit not in self.units or unit in self.delivered
                    or told["at"] >= self.closes_at or day(told["at"]) < day(self.manifest["at"])
                    or told["at"] < self.moved.get(unit, told["at"])):
                self.fault(seq, "delivery", "a unit of the roll, once, delivered between notice and "
                           "close to who stands for it, checked by another person")
            else:
                self.delivered.add(unit)
        return None

    def limit_of(self, position):
        """Whether a clause covers an item, and the share of objectors that it allows."""
        terms = self.manifest["rules"].get("silence")
        if terms is None or position not in terms["items"]:
            return False, None
        limit = terms.get("limit")
        return limit is None or is_share(limit), limit

    def silent(self, voted):
        """The heads that were delivered in all their units and gave no ballot, summed."""
        missed = {of["head"] for unit, of in self.units.items() if unit not in self.delivered}
        heads = [of["area"] for head, of in self.heads.items()
                 if head not in missed and head not in voted]
        return {"area": sum(heads), "heads": len(heads)}

    # Steps and disputes

    def take_extend(self, seq, leaf, _):
        if (not self.in_window(leaf["at"]) or leaf["closes_at"] <= self.closes_at
                or len(set(leaf["by"])) < 2):
            self.fault(seq, "extend", "two people move the close later, while it is open")
        else:
            self.closes_at = leaf["closes_at"]

    def take_close(self, seq, leaf, _):
        self.phase, self.closed_at = "closed", leaf["at"]
        if leaf["at"] < self.closes_at:
            self.fault(seq, "order", "closed before the announced close")

    def take_challenge(self, seq, leaf, _):
        ballot = self.ballots.get(leaf["ballot"])
        if ballot is None:
            return self.fault(seq, "challenge", "the dispute names no ballot before it")
        ballot["disputed"] += 1
        self.disputes[seq] = [ballot, leaf["reason"] == "misread", False, []]
        return None

    def take_ruling(self, seq, leaf, opened):
        dispute = self.disputes.get(leaf["challenge"])
        if len(set(leaf["by"])) < 2:
            self.fault(seq, "challenge", "two people are needed to rule")
        if dispute is None or dispute[2]:
            return self.fault(seq, "challenge", "answers no open dispute")
        self.ruled = dispute[2] = True
        dispute[3] = leaf["by"]
        ballot, misread = dispute[:2]
        ballot["disputed"] -= 1
        corrects = leaf["upheld"] and misread and ballot["channel"] == "paper"
        ballot["void"] |= leaf["upheld"] and not corrects
        if (leaf.get("what") is not None) != corrects:
            self.fault(seq, "challenge", "corrects exactly where a sheet was misread")
        if corrects:
            what, _ = self.open(seq, opened, "what", leaf.get("what"), WHAT)
            ballot["choices"] = self.choices(seq, what)
        return None

    def take_certificate(self, seq, leaf, _):
        if self.ruled:
            self.fault(seq, "certificate", "an answer to a dispute came after the count")
        paper = [sheet["ballot"] for sheet in self.sheets.values() if sheet["cast"]]
        stands = any(not self.ballots[ballot]["void"] for ballot in paper
                     if ballot in self.ballots)
        if stands and not (self.rechecked and self.is_enough(self.cast_sheets()[2])):
            self.fault(seq, "recheck", "paper ballots, and no re-check that the last count needs")
        self.certified = seq, leaf["text"]

    # Incidents: the log goes on under another name

    def take_incident(self, seq, leaf, _):
        ended, era = self.eras[-1], era_of(leaf)
        (base, number), (next_base, next_number) = (
            split_revision(ended["origin"]), split_revision(era["origin"]))
        if leaf["origin"] != ended["origin"] or next_base != base or next_number <= number or any(
                vkey.partition("+")[0] != era["origin"] for vkey in leaf["vkeys"]):
            self.fault(seq, "incident", "not from this name of the log to a next one")
        elif len(set(leaf["by"])) < 2:
            self.fault(seq, "incident", "two people are needed to go on")
        self.notes.append(f"leaf {seq}: the log went on after a loss: {leaf['reason']}")
        if leaf["size"] > seq:
            self.notes.append(f"leaf {seq}: {leaf['size'] - seq} leaves that were signed are lost")
        ended["end"] = seq, leaf
        self.eras.append(era)

    def origin_at(self, seq):
        return next(era["origin"] for era in self.eras if not era["end"] or seq < era["end"][0])

    def finish_names(self, levels):
        """After the last leaf: the key is of the last name, what was signed before is here."""
        ends = [era["end"] for era in self.eras if era["end"]]
        if self.manifest and self.vkey not in self.eras[-1]["vkeys"]:
            if ends:
                self.fault(ends[-1][0], "incident", "not the key that the log went on with")
            else:
                self.fault(0, "manifest", "the manifest does not name the key")
        for seq, leaf in ends:
            if leaf["size"] <= min(seq, len(levels[0])) and (
                    root_at(levels, leaf["size"]).hex() != leaf["root"]):
                self.fault(seq, "incident", "leaves that were signed were changed")

    # The count

    def standing(self, ballots, item):
        """The choice that stands among a head's ballots: by the policy, then time, then place.
        Only a ballot on line changes one on line; with last_valid each takes the place."""
        rules = self.manifest["rules"]
        online_first = rules["duplicate_policy"] == "online_first"
        stands, channel, changed = "invalid", None, 0
        for ballot in sorted(ballots, key=lambda b: (
                online_first and b["channel"] != "online", b["at"], b["seq"])):
            choice = ballot["choices"][item]
            if choice == "invalid":
                continue
            if channel is not None:
                on_line = channel == ballot["channel"] == "online"
                if rules["duplicate_policy"] != "last_valid" and not (
                        on_line and changed < rules["max_changes"]):
                    continue
                changed += 1
            stands, channel = choice, ballot["channel"]
        return stands

    def recount(self):
        valid = [ballot for ballot in self.ballots.values() if not ballot["void"]]
        if any(ballot["head"] is None or ballot["choices"] is None for ballot in valid):
            return None
        by_head = {}
        for ballot in valid:
            by_head.setdefault(ballot["head"], []).append(ballot)
        items = []
        for index, item in enumerate(self.manifest["items"]):
            sums = {choice: {"area": 0, "heads": 0} for choice in CHOICES}
            voted = set()
            for head, ballots in by_head.items():
                # Where an agent's power leaves an item out, the owner said nothing there.
                said = [ballot for ballot in ballots if not is_left_out(ballot, index)]
                if not said:
                    continue
                voted.add(head)
                part = sums[self.standing(said, index)]
                part["area"] += self.heads[head]["area"]
                part["heads"] += 1
            tally = {"position": item["position"], "total": self.total(),
                     "participating": self.joined(sums), **sums}
            covered, limit = self.limit_of(item["position"])
            if covered:
                tally["silent"] = self.silent(voted)
                tally["with_clause"] = by_clause(tally, limit, item["lines"])
            items.append({**tally, "passed": passes(item["lines"], tally)})
        return items

    def joined(self, sums):
        parts = CHOICES if self.manifest["rules"]["invalid_participates"] else CHOICES[:3]
        return {unit: sum(sums[choice][unit] for choice in parts) for unit in ("area", "heads")}

    def take_tally(self, seq, leaf, _):
        self.phase, self.ruled, self.counted_at = "counted", False, leaf["at"]
        items, told = self.manifest["items"], leaf["items"]
        total = self.total()
        if self.manifest["rules"].get("silence") is not None and (
                self.delivery_parts == 0 or self.delivery_parts != self.delivery_due):
            self.fault(seq, "delivery", "no whole list of deliveries before the count")
        whole = len(items) == len(told) and all(total.values()) and all(
            tally["position"] == item["position"] and tally["total"] == total
            and tally["participating"] == self.joined(tally)
            and all(is_line(line) for line in item["lines"].values())
            and tally["passed"] == passes(item["lines"], tally) and self.is_by_clause(item, tally)
            for item, tally in zip(items, told))
        counted = self.recount()
        if not whole or (counted is not None and counted != told):
            self.fault(seq, "tally", f"the count is not what the ballots add up to: {counted}")
        self.counted = seq, told, sum(b["disputed"] > 0 for b in self.ballots.values())

    def is_by_clause(self, item, tally):
        """Whether the count by the clause stands exactly where one covers the item, and follows."""
        covered, limit = self.limit_of(item["position"])
        told = tally.get("silent") is not None, tally.get("with_clause") is not None
        return told == (covered, covered) and (
            not covered or tally["with_clause"] == by_clause(tally, limit, item["lines"]))

    def finish(self):
        if self.phase == "roll":
            self.end_roll(self.size)
        for seq, old, new in self.replaced:
            heads = [self.sheets[serial]["head"] for serial in (old, new) if serial in self.sheets]
            if len(heads) != 2 or heads[0] != heads[1]:
                self.fault(seq, "paper", "replaced by a sheet of another head")
        if self.manifest and self.recount() is None:
            self.undisclosed.append("not every ballot is opened: no recount")
        if self.closed_readings:
            self.undisclosed.append(f"{self.closed_readings} readings of sheets are not opened")
        if self.manifest and self.counted is None:
            self.undisclosed.append("there is no count yet")


# --- The whole check -----------------------------------------------------------------------------


def split_bundle(data, width):
    leaves = []
    while len(leaves) < width and len(data) >= 2:
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + length:
            break
        leaves.append(data[2:2 + length])
        data = data[2 + length:]
    return leaves


def read_openings(source, replay):
    """The openings by leaf."""
    found, last = {}, -1
    for line in (source.read("openings.jsonl") or b"").split(b"\n"):
        if not line:
            continue
        pair = {"salt": TEXT, "text": TEXT}
        try:
            opened = parse(line, {"seq": INT, "who?": pair, "what?": pair, "owners?": pair,
                                  "agent?": pair})
        except Bad as error:
            replay.fault(None, "opening", str(error))
            continue
        seq = opened["seq"]
        if seq <= last or seq >= replay.size:
            replay.fault(seq, "opening", "out of order, or no such leaf")
            continue
        found[seq], last = opened, seq
    return found


def check_tree(source, size, root, replay):
    """Reads leaves and hash tiles, replays the leaves, compares; the levels of the tree."""
    hashes, openings, disclosed = [], read_openings(source, replay), True
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        bundle = source.tile("entries", index, width)
        if bundle is None:
            disclosed = False
            break
        leaves = split_bundle(bundle, width)
        for leaf in leaves:
            replay.take(len(hashes), leaf, openings.get(len(hashes), {}))
            hashes.append(leaf_hash(leaf))
        if len(leaves) < width:
            replay.fault(len(hashes), "tree", "a leaf is missing, or is no leaf")
            break
    tiles, level, count = [], 0, size
    while count > 0:
        for index in range((count + 255) // 256):
            width = min(256, count - 256 * index)
            tile = source.tile(str(level), index, width)
            if tile is not None and len(tile) < 32 * width:
                replay.fault(None, "tree", f"hash tile {level}/{index} is too short")
            elif tile is not None:
                parts = [tile[32 * at:32 * at + 32] for at in range(width)]
                tiles.append((level, index, parts))
        level, count = level + 1, count // 256
    if not disclosed:
        replay.undisclosed.append("the leaves are not disclosed")
        hashes = []
        for level, index, parts in tiles:
            if level == 0 and len(hashes) == 256 * index:
                hashes += parts
        if len(hashes) < size:
            return levels_of(hashes)
    levels = levels_of(hashes)
    good = len(hashes) == size and root_at(levels, size) == root
    wrong, named = 0, 0
    for level, index, parts in tiles:
        have = levels[8 * level] if 8 * level < len(levels) else []
        have = have[256 * index:256 * index + len(parts)]
        differing = [at for at, part in enumerate(parts) if at >= len(have) or have[at] != part]
        wrong += bool(differing)
        if differing and (level > 0 or good):
            replay.fault(None, "tree", f"hash tile {level}/{index} is wrong")
        elif differing:
            for at in differing[:8 - named]:
                replay.fault(256 * index + at, "tree", "not the leaf of the hash tile")
                named += 1
    if not good and not wrong:
        replay.fault(None, "tree", "the leaves do not give the signed root")
    return levels


def check_certificate(source, key, replay, levels):
    note = source.read("certificate")
    if note is None:
        if replay.counted:
            replay.undisclosed.append("there is no certificate")
        return
    try:
        text = open_note(note, key)
    except Bad as error:
        replay.fault(None, "signature", f"the certificate: {error}")
        return
    if replay.counted is None:
        if replay.manifest:
            replay.fault(None, "certificate", "a certificate without a count")
        return
    (seq, items, disputed), manifest = replay.counted, replay.manifest
    rules = manifest["rules"]
    # It keeps the name that the log had when it was issued.
    origin = replay.origin_at(replay.certified[0] if replay.certified else seq)
    lines = ["jiugai-vote-certificate/1", f"origin {origin}", f"size {seq + 1}",
             f"root {base64.b64encode(root_at(levels, seq + 1)).decode()}",
             f"vote {manifest['vote']}",
             f"rules {rules['pack']} {rules['version']} {rules['digest']}",
             f"closed {replay.closed_at}"]
    for item in items:
        sums = " ".join(f"{item[name]['area']} {item[name]['heads']}"
                        for name in ("for", "participating", "total"))
        lines.append(f"item {item['position']} {sums} {'passed' if item['passed'] else 'failed'}")
        clause = item.get("with_clause")
        if item.get("silent") is None or clause is None:
            continue
        lines.append(f"silent {item['position']} {item['silent']['area']} {item['silent']['heads']}")
        parts = (clause["for"], clause["participating"], item["total"])
        if clause.get("objecting") is not None:
            parts = (clause["objecting"], item["total"])
        sums = " ".join(f"{part['area']} {part['heads']}" for part in parts)
        lines.append(f"clause {item['position']} {rules['silent_rule']} {sums} "
                     f"{'passed' if clause['passed'] else 'failed'}")
    if rules.get("silence") is not None:
        lines.append(f"relied {rules['silence']['relied']}")
    lines += [result_of(question, items) for question in replay.questions]
    if text != "\n".join([*lines, f"challenged {disputed}"]) + "\n":
        replay.fault(seq, "certificate", "the certificate is not what the log says")
    digest = hashlib.sha256(text.encode()).hexdigest()
    if replay.certified is None:
        replay.fault(seq, "certificate", "the log does not hold the certificate's digest")
    elif replay.certified[1] != digest:
        replay.fault(replay.certified[0], "certificate", "not the certificate of this log")


def parse_proof(data):
    """(index, hashes, checkpoint) of a c2sp.org/tlog-proof@v1 file."""
    try:
        head, found, checkpoint = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Bad("not UTF-8") from error
    lines = head.split("\n")
    if not found or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Bad("not a tlog-proof file")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not lines[0].startswith("index "):
        raise Bad("not a tlog-proof file")
    hashes = [unbase64(line) for line in lines[1:]]
    if any(len(part) != 32 for part in hashes):
        raise Bad("not a hash")
    return decimal(lines[0][6:]), hashes, checkpoint.encode()


def check_receipt(proof, replay, levels):
    """"good", "untrusted", "lost" or "bad", and why."""
    index, hashes, checkpoint = proof
    for era in replay.eras:
        signed = None
        for _, key in plain_keys(era["vkeys"]):
            try:
                signed = signed or open_checkpoint(checkpoint, key)
            except Bad:
                continue
        if signed and signed[0] == era["origin"]:
            break
    else:
        return "bad", "no key that the log names signed it"
    (_, size, root), leaves, end = signed, levels[0], era["end"]
    until = end[0] if end else replay.size
    gone = size > until and end is not None
    held = index < min(until, len(leaves)) and (
        root_from(index, size, leaves[index], hashes) == root)
    if held and (gone or (size <= len(leaves) and root_at(levels, size) == root)):
        return "good", ""
    if end and end[1]["compromised"] and size > end[1]["size"]:
        return "untrusted", "by a key that others had, beyond what was signed with it"
    if gone:
        return "lost", f"a lost ballot: {size} leaves were signed, {until} are here"
    return "bad", "a receipt does not fit"


def check_receipts(directory, replay, levels):
    told = {"checked": 0, "good": 0, "lost": 0, "untrusted": 0}
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".tlog-proof"):
            continue
        told["checked"] += 1
        with open(os.path.join(directory, name), "rb") as file:
            data = file.read(100_001)
        try:
            proof = parse_proof(data if len(data) <= 100_000 else b"")
        except Bad as error:
            replay.fault(None, "receipt", f"{name}: {error}")
            continue
        verdict, why = check_receipt(proof, replay, levels)
        if verdict != "bad":
            told[verdict] += 1
        if verdict == "untrusted":
            replay.notes.append(f"{name}: {why}")
        elif verdict != "good":
            replay.fault(proof[0], "receipt", f"{name}: {why}")
    return told


def check_alone(path, key, seen):
    """Whether a receipt holds by itself, with the leaf that lies beside it."""
    with open(path, "rb") as file:
        index, hashes, note = parse_proof(file.read())
    if note not in seen:  # many receipts may carry the same checkpoint
        seen[note] = open_checkpoint(note, key)
    _, size, root = seen[note]
    with open(path.removesuffix(".tlog-proof") + ".leaf", "rb") as file:
        leaf = leaf_hash(file.read())
    if root_from(index, size, leaf, hashes) != root:
        raise Bad("the leaf is not the one that was signed")


def check(source, vkeys, receipts=None):
    """{exit, faults, undisclosed, notes, items, receipts} of one log."""
    plain, note = plain_keys(vkeys), source.read("checkpoint")
    if note is None or not plain:
        raise Bad("no checkpoint here" if note is None else "no Ed25519 verifier key")
    vkey, key = plain[0]
    try:
        origin, size, root = open_checkpoint(note, key)
    except Bad as error:
        fault = {"seq": None, "rule": "signature", "message": str(error)}
        return {"exit": 1, "faults": [fault], "undisclosed": [], "notes": [], "items": [],
                "receipts": None}
    replay = Replay(origin, vkey, size)
    levels = check_tree(source, size, root, replay)
    replay.finish()
    replay.finish_names(levels)
    check_certificate(source, key, replay, levels)
    told = check_receipts(receipts, replay, levels) if receipts else None
    faults = [{"seq": seq, "rule": rule, "message": message}
              for (seq, rule), message in replay.faults.items()]
    code = 1 if faults else 3 if replay.undisclosed or (told and told["untrusted"]) else 0
    items = (replay.recount() or []) if replay.manifest else []
    relied = ((replay.manifest or {"rules": {}})["rules"].get("silence") or {}).get("relied")
    return {"exit": code, "faults": faults, "undisclosed": replay.undisclosed,
            "notes": replay.notes, "items": items, "relied": relied, "receipts": told}


def say(name, said, is_beside):
    for item in said["items"]:
        print(f"{name}: item {item['position']}: {'PASSED' if item['passed'] else 'NOT PASSED'}"
              f" for {item['for']} of {item['participating']} of {item['total']}")
        if "with_clause" in item:
            clause = item["with_clause"]
            print(f"{name}: item {item['position']} by the clause on silence:"
                  f" {'PASSED' if clause['passed'] else 'NOT PASSED'}, silent {item['silent']};"
                  f" the organiser relies on {said['relied']}")
    for fault in said["faults"]:
        place = "" if fault["seq"] is None else f" leaf {fault['seq']}"
        print(f"{name}: FAULT{place} [{fault['rule']}]: {fault['message']}")
    for what in said["undisclosed"]:
        print(f"{name}: undisclosed: {what}")
    for what in said["notes"]:
        print(f"{name}: note: {what}")
    if said["receipts"]:
        print(f"{name}: receipts: {said['receipts']}")
    if is_beside:
        print(f"{name}: note: the key is the one beside the log")
    print(f"{name}: {({0: 'GOOD', 1: 'BAD', 3: 'INCOMPLETE'})[said['exit']]}")


def main_receipts(parser, arguments):
    """Receipts by themselves, without a log."""
    keys = [key for _, key in plain_keys(arguments.key)]
    if not arguments.receipts or not keys:
        parser.error("a SOURCE, or --key and --receipts")
    names = sorted(name for name in os.listdir(arguments.receipts) if name.endswith(".tlog-proof"))
    good, seen = 0, {}
    for name in names:
        try:
            check_alone(os.path.join(arguments.receipts, name), keys[0], seen)
            good += 1
        except (Bad, OSError) as error:
            print(f"FAULT {name}: {error}")
    print(f"{good} of {len(names)} receipts are good")
    return 0 if names and good == len(names) else 1


def main():
    parser = argparse.ArgumentParser(description="Checks the log of an owner vote.")
    parser.add_argument("--key", action="append", default=[],
                        help="the log's verifier key, name+hash+base64")
    parser.add_argument("--receipts", metavar="DIR", help="check its receipts (*.tlog-proof)")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each source")
    parser.add_argument("source", nargs="*", help="a directory or a zip with the log's files")
    arguments = parser.parse_args()
    if not arguments.source:
        return main_receipts(parser, arguments)
    codes = set()
    for name in arguments.source:
        try:
            source = Source(name)
            vkeys = arguments.key or (source.read("vkey") or b"").decode().split()
            said = check(source, [vkey.strip() for vkey in vkeys], arguments.receipts)
        except (Bad, OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
        codes.add(said["exit"])
        if arguments.json:
            print(json.dumps({"source": name, **said}, ensure_ascii=False))
        else:
            say(name, said, not arguments.key)
    return 1 if 1 in codes else 3 if 3 in codes else 0


if __name__ == "__main__":
    sys.exit(main())
