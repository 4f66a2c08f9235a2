// Check-receipts checks signed checkpoints, trees and receipts of vote logs with the checksum
// database's own packages, golang.org/x/mod/sumdb/note and tlog: code that shares nothing with the
// server. docs/vote-log.md writes the formats down.
//
//	check-receipts DIR...
//
// A DIR holds vkey, and any of: checkpoint with the leaves under tile/entries; receipts
// (*.tlog-proof, each with the *.leaf beside it) in DIR or DIR/receipts. A DIR with expected.json must
// be bad exactly where that names a signature, a tree or a receipt. Exit codes: 0 as it should be,
// 1 not, 2 usage.
package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// memory keeps the hashes of a tree in the order of their storage.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, errors.New("a hash is missing")
		}
		hashes[i] = m[index]
	}
	return hashes, nil
}

// keys reads the verifier keys; kinds that the package does not know are left out.
func keys(dir string) (note.Verifiers, error) {
	text, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return nil, err
	}
	var known []note.Verifier
	for _, line := range strings.Fields(string(text)) {
		if verifier, err := note.NewVerifier(line); err == nil {
			known = append(known, verifier)
		}
	}
	if len(known) == 0 {
		return nil, errors.New("no key in vkey")
	}
	return note.VerifierList(known...), nil
}

// checkpoint opens a signed checkpoint: origin, size, root.
func checkpoint(signed []byte, keys note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open(signed, keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, errors.New("not a checkpoint of this key")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// leaves reads the bundles of tile/entries.
func leaves(dir string, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		path := filepath.Join(dir, "tile/entries", fmt.Sprintf("%03d", n))
		if width < 256 {
			path += fmt.Sprintf(".p/%d", width)
		}
		bundle, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for len(bundle) >= 2 {
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				return nil, errors.New("a leaf is cut off")
			}
			all = append(all, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	if int64(len(all)) != size {
		return nil, fmt.Errorf("%d leaves, %d were signed", len(all), size)
	}
	return all, nil
}

// checkTree builds the tree from the leaves; nil and no error where there is no log.
func checkTree(dir string, keys note.Verifiers) (memory, error) {
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tree, err := checkpoint(signed, keys)
	if err != nil {
		return nil, err
	}
	all, err := leaves(dir, tree.N)
	if err != nil {
		return nil, err
	}
	var stored memory
	for n, leaf := range all {
		hashes, err := tlog.StoredHashes(int64(n), leaf, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err == nil && root != tree.Hash {
		err = errors.New("the leaves do not give the signed root")
	}
	return stored, err
}

// checkReceipt checks a proof by itself, and that the log still begins as it was signed.
func checkReceipt(path string, keys note.Verifiers, log memory) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, signed, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof file")
	}
	if strings.HasPrefix(lines[1], "extra ") {
		lines = append(lines[:1], lines[2:]...)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := checkpoint([]byte(signed), keys)
	if err != nil {
		return err
	}
	leaf, err := os.ReadFile(strings.TrimSuffix(path, ".tlog-proof") + ".leaf")
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return err
	}
	if log == nil {
		return nil
	}
	root, err := tlog.TreeHash(tree.N, log)
	if err == nil && root != tree.Hash {
		err = errors.New("the log does not begin as it was signed")
	}
	return err
}

// check gives the number of good receipts and everything that is wrong.
func check(dir string) (int, []error) {
	keys, err := keys(dir)
	if err != nil {
		return 0, []error{err}
	}
	log, err := checkTree(dir, keys)
	var wrong []error
	if err != nil {
		wrong = append(wrong, err)
	}
	good := 0
	for _, pattern := range []string{"*.tlog-proof", "receipts/*.tlog-proof"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range paths {
			if err := checkReceipt(path, keys, log); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", filepath.Base(path), err))
			} else {
				good++
			}
		}
	}
	return good, wrong
}

// isBad says whether expected.json names something that this program can see.
func isBad(dir string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var expected struct{ Faults []struct{ Rule string } }
	if err := json.Unmarshal(text, &expected); err != nil {
		return false, err
	}
	for _, fault := range expected.Faults {
		if fault.Rule == "signature" || fault.Rule == "tree" || fault.Rule == "receipt" {
			return true, nil
		}
	}
	return false, nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: check-receipts DIR...")
		os.Exit(2)
	}
	code := 0
	for _, dir := range os.Args[1:] {
		good, wrong := check(dir)
		want, err := isBad(dir)
		word := "ok"
		if err != nil || (len(wrong) > 0) != want || (good == 0 && !want && isOnlyReceipts(dir)) {
			word, code = "FAULT", 1
		}
		fmt.Printf("%s %s: %d receipts, wrong: %v\n", word, dir, good, wrong)
	}
	os.Exit(code)
}

// isOnlyReceipts tells a directory of receipts without a log: an empty one shows nothing.
func isOnlyReceipts(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "checkpoint"))
	return err != nil
}
