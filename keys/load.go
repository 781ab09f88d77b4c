package keys

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Load reads every *.pem, *.jwk and *.json file of a directory in the order of
// the names, not those of its subdirectories; files with other extensions are
// left alone. A PEM file holds RSA private keys as PKCS#1 or PKCS#8, the other
// two a JWK or a set of them; a JWK keeps its own kid, otherwise it is derived
// from the public key. The first pair is the one that signs, the others are
// only published.
//
// All that is wrong is told at once, a line for each problem, with the file
// and what was wanted: keys that are not RSA, under 2048 bits, public only or
// for something other than RS256 signatures, a kid used twice, files that
// cannot be read, and a directory without any key.
func Load(fsys fs.FS) ([]Pair, error) {
	files, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("the directory of keys cannot be read: %w", bare(err))
	}
	var pairs []Pair
	var problems []error
	owner := map[string]string{} // kid to the file that brought it
	found := false
	for _, file := range files {
		read := reader(file)
		if read == nil {
			continue
		}
		found = true
		more, err := readFile(fsys, file.Name(), read)
		if err != nil {
			problems = append(problems, err)
		}
		for _, p := range more {
			if first, taken := owner[p.kid]; taken {
				problems = append(problems, fmt.Errorf("%s: kid %q is also in %s, want each kid once", file.Name(), p.kid, first))
				continue
			}
			owner[p.kid] = file.Name()
			pairs = append(pairs, p)
		}
	}
	if !found {
		problems = append(problems, errors.New("no *.pem, *.jwk or *.json file in the directory, want at least one private key"))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return pairs, nil
}

// reader picks what reads the file by its extension; nil leaves it alone.
func reader(file fs.DirEntry) func([]byte) ([]Pair, error) {
	if kind := file.Type(); !kind.IsRegular() && kind != fs.ModeSymlink {
		return nil // a pipe would be read for ever
	}
	switch strings.ToLower(path.Ext(file.Name())) {
	case ".pem":
		return readPEM
	case ".jwk", ".json":
		return readJWKs
	default:
		return nil
	}
}

// readFile puts the file's name before each of its problems.
func readFile(fsys fs.FS, name string, read func([]byte) ([]Pair, error)) ([]Pair, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	pairs, err := read(data)
	if err == nil {
		return pairs, nil
	}
	var named []error
	for line := range strings.Lines(err.Error()) {
		named = append(named, fmt.Errorf("%s: %s", name, strings.TrimSuffix(line, "\n")))
	}
	return pairs, errors.Join(named...)
}

// bare takes "open NAME" off a file's error, for where the name is said already.
func bare(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// readPEM reads the private keys of a PEM file. Text and public parts beside
// them, such as a certificate, do no harm.
func readPEM(data []byte) ([]Pair, error) {
	var pairs []Pair
	var problems []error
	var kinds []string
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		kinds = append(kinds, block.Type)
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		p, err := readBlock(block)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		pairs = append(pairs, p)
	}
	switch {
	case len(pairs)+len(problems) > 0:
		return pairs, errors.Join(problems...)
	case len(kinds) == 0:
		return nil, errors.New("no PEM block in it, want an RSA private key")
	default:
		return nil, fmt.Errorf("only %s in it, want an RSA PRIVATE KEY or PRIVATE KEY block", strings.Join(kinds, ", "))
	}
}

// readJWKs reads a JWK, or a set of them.
func readJWKs(data []byte) ([]Pair, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
		Kty  string            `json:"kty"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("not a JWK or a set of them: %w", err)
	}
	if set.Keys == nil && set.Kty != "" {
		p, err := readJWK(data)
		if err != nil {
			return nil, err
		}
		return []Pair{p}, nil
	}
	if len(set.Keys) == 0 {
		return nil, errors.New(`no key in it, want a JWK or {"keys": [...]} with private RSA keys`)
	}
	var pairs []Pair
	var problems []error
	for i, raw := range set.Keys {
		p, err := readJWK(raw)
		if err != nil {
			problems = append(problems, fmt.Errorf("keys[%d]: %w", i, err))
			continue
		}
		pairs = append(pairs, p)
	}
	return pairs, errors.Join(problems...)
}
