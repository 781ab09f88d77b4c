package certs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/certs"
	"kycmock/mockserver/clock"
)

var names = []string{"id.uqudo.io", "localhost", "127.0.0.1", "::1"}

func made(t *testing.T, names ...string) *certs.Authority {
	t.Helper()
	a, err := certs.New(names)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func opened(t *testing.T, dir string) *certs.Authority {
	t.Helper()
	a, err := certs.Open(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// certificate is the one of an authority.
func certificate(t *testing.T, a *certs.Authority) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode(a.PEM())
	if block == nil || len(rest) > 0 {
		t.Fatalf("not one PEM block: %s", a.PEM())
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// trusts is whether somebody who trusts an authority takes a certificate for a
// name.
func trusts(t *testing.T, a *certs.Authority, c tls.Certificate, name string) error {
	t.Helper()
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(a.PEM()) {
		t.Fatal("the authority's PEM is none")
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
	return err
}

func TestAnAuthoritySaysThatItIsForTestsAndHowLong(t *testing.T) {
	c := certificate(t, made(t, names...))
	if c.Subject.CommonName != "kycmock test CA, trust it in tests only" || !c.IsCA || c.MaxPathLen != 0 || !c.MaxPathLenZero {
		t.Errorf("it is %s, a CA: %t, of a path of %d", c.Subject, c.IsCA, c.MaxPathLen)
	}
	if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("its key is %T", c.PublicKey)
	}
	now := clock.Deadline(0)
	if years := c.NotAfter.Sub(now).Hours() / 24 / 365; years < 9.9 || years > 10.1 || c.NotBefore.After(now) {
		t.Errorf("it is valid from %s to %s", c.NotBefore, c.NotAfter)
	}
	issued, err := made(t, names...).Issue(names)
	if err != nil {
		t.Fatal(err)
	}
	if days := issued.Leaf.NotAfter.Sub(now).Hours() / 24; days < 396 || days > 398 {
		t.Errorf("a certificate is valid for %.1f days", days)
	}
}

func TestACertificateHoldsForItsNamesAndNoOthers(t *testing.T) {
	a := made(t, names...)
	issued, err := a.Issue(names)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := trusts(t, a, issued, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"uqudo.io", "bank.test", "127.0.0.2"} {
		if trusts(t, a, issued, name) == nil {
			t.Errorf("it holds for %s", name)
		}
	}
	if trusts(t, made(t, names...), issued, names[0]) == nil {
		t.Error("another authority's word is enough")
	}
}

func TestAnAuthorityIsLimitedToItsNames(t *testing.T) {
	a := made(t, names...)
	for name, allowed := range map[string]bool{
		"id.uqudo.io": true, "www.id.uqudo.io": true, "localhost": true, "127.0.0.1": true, "::1": true,
		"uqudo.io": false, "bank.test": false, "192.0.2.1": false, "::2": false,
	} {
		if got := a.Allows(name); got != allowed {
			t.Errorf("it allows %s: %t", name, got)
		}
		if _, err := a.Issue([]string{"localhost", name}); (err == nil) != allowed {
			t.Errorf("issuing for %s: %v", name, err)
		}
	}
	if c := certificate(t, a); !c.PermittedDNSDomainsCritical {
		t.Error("who does not know limits need not heed them")
	}
}

func TestAFolderKeepsAnAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	first := opened(t, dir)
	again := opened(t, dir)
	if string(first.PEM()) != string(again.PEM()) {
		t.Error("the second is another one")
	}
	issued, err := again.Issue(names)
	if err != nil {
		t.Fatal(err)
	}
	if err := trusts(t, first, issued, "localhost"); err != nil {
		t.Error(err)
	}
	for file, want := range map[string]fs.FileMode{"ca.pem": 0o644, "ca-key.pem": 0o600} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&^want != 0 {
			t.Errorf("%s has the mode %s, want %s", file, info.Mode(), want)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 {
		t.Errorf("the folder holds %v", files)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "ca.pem")); string(text) != string(first.PEM()) {
		t.Error("ca.pem is another one")
	}
}

func TestSeveralWhoOpenAFolderAtOnceGetOneAuthority(t *testing.T) {
	for range 10 {
		dir := t.TempDir()
		got := make([]string, 8)
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() {
				a, err := certs.Open(dir, names)
				if err != nil {
					t.Error(err)
					return
				}
				got[i] = string(a.PEM())
			})
		}
		all.Wait()
		for _, text := range got {
			if text != got[0] {
				t.Fatal("they have several")
			}
		}
	}
}

// issuer writes a certificate of somebody's own making, and its key, to a
// folder.
func issuer(t *testing.T, dir string, change func(*x509.Certificate)) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "theirs"}, NotBefore: clock.Deadline(-2 * time.Hour), NotAfter: clock.Deadline(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	change(template)
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "ca.pem", "theirs\n"+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})))
	write(t, dir, "ca-key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret})))
}

func write(t *testing.T, dir, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnAuthorityOfSomebodysOwnIsTaken(t *testing.T) {
	dir := t.TempDir()
	issuer(t, dir, func(*x509.Certificate) {})
	a := opened(t, dir)
	issued, err := a.Issue([]string{"anything.test"}) // it has no limits
	if err != nil {
		t.Fatal(err)
	}
	if err := trusts(t, a, issued, "anything.test"); err != nil {
		t.Error(err)
	}
}

func TestAnAuthorityThatNobodyWouldBelieveIssuesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*x509.Certificate)
		says   string
	}{
		"one that has expired":        {func(c *x509.Certificate) { c.NotAfter = clock.Deadline(-time.Hour) }, "expired"},
		"one that is no CA":           {func(c *x509.Certificate) { c.IsCA = false }, ""},
		"one that may not sign":       {func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, ""},
		"one that is for other names": {func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"bank.test"} }, "localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			issuer(t, dir, c.change)
			a := opened(t, dir)
			if _, err := a.Issue([]string{"localhost"}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v, want %q in it", err, c.says)
			}
			if a.Allows("localhost") {
				t.Error("it allows localhost")
			}
		})
	}
}

func TestAFolderThatIsBrokenIsSaidSo(t *testing.T) {
	keep := func(t *testing.T, dir string) { opened(t, dir) }
	for name, c := range map[string]struct {
		breaks func(t *testing.T, dir string)
		says   []string
	}{
		"no key": {func(t *testing.T, dir string) { keep(t, dir); remove(t, dir, "ca-key.pem") },
			[]string{"ca.pem is there without ca-key.pem", "want both"}},
		"no certificate": {func(t *testing.T, dir string) { keep(t, dir); remove(t, dir, "ca.pem") },
			[]string{"ca-key.pem is there without ca.pem", "want both"}},
		"a certificate that is empty": {func(t *testing.T, dir string) { keep(t, dir); write(t, dir, "ca.pem", "") },
			[]string{"ca.pem: no CERTIFICATE in it"}},
		"a key that is empty": {func(t *testing.T, dir string) { keep(t, dir); write(t, dir, "ca-key.pem", "") },
			[]string{"ca-key.pem: no PRIVATE KEY in it"}},
		"a certificate that is none": {func(t *testing.T, dir string) {
			keep(t, dir)
			write(t, dir, "ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
		}, []string{"ca.pem and ", "are no certificate and its key"}},
		"another one's key": {func(t *testing.T, dir string) {
			keep(t, dir)
			other := t.TempDir()
			keep(t, other)
			text, err := os.ReadFile(filepath.Join(other, "ca-key.pem"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "ca-key.pem", string(text))
		}, []string{"are no certificate and its key", "does not match"}},
		"a folder in the place of the certificate": {func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, "ca.pem"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, []string{"ca.pem", "is a directory"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.breaks(t, dir)
			_, err := certs.Open(dir, names)
			for _, says := range c.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("the error is %v, want %q in it", err, says)
				}
			}
			if err != nil && !strings.Contains(err.Error(), dir) {
				t.Errorf("the error does not say where: %v", err)
			}
		})
	}
}

func remove(t *testing.T, dir, file string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, file)); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, filepath.Dir(file), "file", "")
	if _, err := certs.Open(file, names); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
}
