package certs

import (
	"context"
	"crypto"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kycmock/mockserver/clock"
)

// The files of a folder that keeps an authority: its certificate and its
// private key, both as PEM.
const (
	CertificateFile = "ca.pem"
	KeyFile         = "ca-key.pem"
)

const certificateBlock = "CERTIFICATE"

// patience is how long Open waits, in real time, for a certificate whose key is
// there: another mock may be making the two.
const patience = time.Second

// Open reads the authority that a folder keeps. When the folder is not there or
// holds neither of the two files, one is made for these names, as by [New], and
// put there, its key readable by nobody else. Of several processes that do so
// at once one makes it and the others read it.
func Open(folder string, names []string) (*Authority, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	// The certificate comes last, so that where it is there is its key.
	certificate, key := filepath.Join(folder, CertificateFile), filepath.Join(folder, KeyFile)
	if there(certificate) {
		return load(certificate, key)
	}
	a, keyPEM, err := generate(names)
	if err != nil {
		return nil, err
	}
	err = writeNew(key, keyPEM)
	if errors.Is(err, fs.ErrExist) {
		return awaited(certificate, key)
	}
	if err != nil {
		return nil, err
	}
	if err := moveNew(certificate, a.pem); err != nil {
		return nil, errors.Join(err, os.Remove(key))
	}
	return a, nil
}

func there(file string) bool {
	_, err := os.Lstat(file)
	return !errors.Is(err, fs.ErrNotExist)
}

// writeNew writes a file that is not there yet, for its owner alone.
func writeNew(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(file)
	}
	return err
}

// moveNew writes a file beside its place and moves it there, so that nobody
// reads half of it.
func moveNew(file string, data []byte) error {
	draft := file + ".new"
	if err := os.WriteFile(draft, data, 0o644); err != nil {
		return err
	}
	return os.Rename(draft, file)
}

// awaited loads an authority whose certificate may be about to come.
func awaited(certificate, key string) (*Authority, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for !there(certificate) {
		if clock.Wait(ctx, 10*time.Millisecond) != nil {
			return nil, alone(key, CertificateFile)
		}
	}
	return load(certificate, key)
}

// alone says that one of the two files is missing.
func alone(file, missing string) error {
	return fmt.Errorf("%s is there without %s: want both, or neither to have a new CA made", file, missing)
}

// load reads an authority from its two files. Whether it can issue anything
// shows when it does.
func load(certificateFile, keyFile string) (*Authority, error) {
	certificate, err := block(certificateFile, certificateBlock)
	if err != nil {
		return nil, err
	}
	key, err := block(keyFile, "PRIVATE KEY")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, alone(certificateFile, KeyFile)
	}
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s are no certificate and its key: %w", certificateFile, keyFile, err)
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s: a key that cannot sign", keyFile)
	}
	return &Authority{pair.Leaf, signer, certificate}, nil
}

// block reads a PEM file that has to have a block of this kind.
func block(file, kind string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for rest := data; ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return nil, fmt.Errorf("%s: no %s in it, want a PEM block", file, kind)
		}
		if strings.HasSuffix(b.Type, kind) {
			return data, nil
		}
	}
}
