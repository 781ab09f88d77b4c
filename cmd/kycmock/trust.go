package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
)

// trustFlags say whose certificates are trusted, by whatever calls somebody over
// https: a mock its receivers, a command the mock.
type trustFlags struct {
	CA                 string `name:"ca" placeholder:"FILE" help:"Trust the certificates in this PEM file too, of whoever is called over https."`
	InsecureSkipVerify bool   `help:"Take whatever certificate there is."`
}

// pool are those that are trusted, nil for what the machine trusts alone.
func (f trustFlags) pool() (*x509.CertPool, error) {
	if f.CA == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.CA)
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		err = failure.Err // the file is named already
	}
	if err != nil {
		return nil, usagef("--ca %s: %w", f.CA, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine that trusts nobody
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, usagef("--ca %s: want a PEM file with certificates, there is none in it", f.CA)
	}
	return pool, nil
}

// tlsConfig is how TLS is spoken with who is called.
func (f trustFlags) tlsConfig() (*tls.Config, error) {
	pool, err := f.pool()
	if err != nil {
		return nil, err
	}
	return &tls.Config{RootCAs: pool, InsecureSkipVerify: f.InsecureSkipVerify}, nil
}
