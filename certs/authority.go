// Package certs makes the certificates that the mock serves HTTPS with, and the
// authority that they are from. An [Authority] is for tests and says so in its
// name. One that is made here is limited to the names that it is made for, so
// that it can do no harm elsewhere when its key gets into other hands.
package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"time"

	"kycmock/mockserver/clock"
)

// CommonName is what an authority that is made here is called where people look
// at certificates.
const CommonName = "kycmock test CA, trust it in tests only"

// How long certificates are valid, in real time. That of a server is what
// browsers accept at most.
const (
	authorityLifetime = 10 * 365 * 24 * time.Hour
	serverLifetime    = 397 * 24 * time.Hour
	// backdated is for machines whose clocks are behind.
	backdated = time.Hour
)

// Authority issues certificates. Its methods may be called from any goroutine.
type Authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	pem         []byte
}

// New makes an authority with an ECDSA key on P-256 that is valid for ten
// years, for these names: hosts, with their subdomains, and IP addresses.
func New(names []string) (*Authority, error) {
	a, _, err := generate(names)
	return a, err
}

// generate is New that returns the key too, as PEM.
func generate(names []string) (a *Authority, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		Subject:                     pkix.Name{CommonName: CommonName},
		NotBefore:                   clock.Deadline(-backdated),
		NotAfter:                    clock.Deadline(authorityLifetime),
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, // and of nobody's mail
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
	}
	var ips []net.IP
	template.PermittedDNSDomains, ips = split(names)
	for _, ip := range ips {
		bits := 8 * len(ip)
		template.PermittedIPRanges = append(template.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	a = &Authority{certificate, key, pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: raw})}
	return a, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), nil
}

// split tells hosts from IP addresses, each of which takes 4 or 16 bytes.
func split(names []string) (hosts []string, ips []net.IP) {
	for _, name := range names {
		ip := net.ParseIP(name)
		if four := ip.To4(); four != nil {
			ip = four
		}
		if ip == nil {
			hosts = append(hosts, name)
		} else {
			ips = append(ips, ip)
		}
	}
	return hosts, ips
}

// PEM is the authority's certificate, for those who are to trust it.
func (a *Authority) PEM() []byte { return a.pem }

// Allows is whether a certificate of the authority holds for a name.
func (a *Authority) Allows(name string) bool {
	_, err := a.Issue([]string{name})
	return err == nil
}

// Issue makes a server's certificate for these names, hosts and IP addresses,
// with a key of its own and valid for 397 days. One that nobody would accept is
// an error: the authority is not one, has expired, or is not for these names.
func (a *Authority) Issue(names []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kycmock test server"},
		NotBefore:   clock.Deadline(-backdated),
		NotAfter:    clock.Deadline(serverLifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	template.DNSNames, template.IPAddresses = split(names)
	raw, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return tls.Certificate{}, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}, nil
}
