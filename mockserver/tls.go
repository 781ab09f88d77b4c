package mockserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/certs"
	"kycmock/mockserver/problem"
)

// certify makes what HTTPS is served with at an address.
func (s *Server) certify(addr net.Addr) (*tls.Config, error) {
	names, machine := s.certified(addr), machineName()
	authority, err := s.authorityFor(append(names[:len(names):len(names)], machine...))
	if err != nil {
		return nil, fmt.Errorf("the CA: %w", err)
	}
	certificate, err := authority.Issue(names)
	if err != nil {
		return nil, s.useless(authority, names, err)
	}
	if withMachine, err := authority.Issue(append(names, machine...)); err == nil {
		certificate = withMachine
	} else { // the CA was kept, and every container has another name
		s.config.Log.Info("the CA was not made for this machine's name, so HTTPS is without it", "name", strings.Join(machine, ""), "ca", s.config.CADir)
	}
	s.authority = authority
	return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}, nil
}

// useless says why a CA cannot issue the certificate, and what to do about one
// that was kept.
func (s *Server) useless(authority *certs.Authority, names []string, err error) error {
	refused := slices.DeleteFunc(slices.Clone(names), authority.Allows)
	switch {
	case s.config.CADir == "":
		return fmt.Errorf("the CA: %w", err)
	case len(refused) < len(names):
		err = errors.New("it was not made for " + strings.Join(refused, ", "))
	}
	return fmt.Errorf("the CA in %s: %w; remove %s and %s there, and the next start makes another, for clients to trust instead",
		s.config.CADir, err, certs.CertificateFile, certs.KeyFile)
}

func (s *Server) authorityFor(names []string) (*certs.Authority, error) {
	if s.config.CADir == "" {
		return certs.New(names)
	}
	return certs.Open(s.config.CADir, names)
}

// certified lists the names that the certificate has to be for.
func (s *Server) certified(addr net.Addr) []string {
	names := append(slices.Collect(maps.Keys(s.hosts)), "localhost", "host.docker.internal", "127.0.0.1", "::1")
	for _, reached := range []string{s.PublicURL, "https://" + reachable(addr)} {
		if u, err := url.Parse(reached); err == nil && certifiable(u.Hostname()) {
			names = append(names, hostOf(u.Hostname()))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// machineName is the machine's name, if it has one.
func machineName() []string {
	name, err := os.Hostname()
	if err != nil || !certifiable(name) {
		return nil
	}
	return []string{hostOf(name)}
}

// CA is the certificate, as PEM, of who signed the one that HTTPS is served
// with: clients that trust it trust the mock. Without Config.TLSAddr there is
// none.
func (s *Server) CA() ([]byte, error) {
	if s.authority == nil {
		return nil, problem.New(problem.NotFound, "the mock serves no HTTPS, so there is no CA: kycmock serve --tls-addr 127.0.0.1:8443 does")
	}
	return s.authority.PEM(), nil
}

func (s *Server) controlCA(api huma.API) {
	huma.Get(api, "/_mock/v1/ca.pem", s.getCA, summary("Show the CA of the mock's HTTPS as PEM"))
}

func (s *Server) getCA(context.Context, *struct{}) (*exportOutput, error) {
	text, err := s.CA()
	if err != nil {
		return nil, err
	}
	return &exportOutput{"application/x-pem-file", text}, nil
}
