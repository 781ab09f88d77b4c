package mockserver

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"kycmock/mockserver/provider"
)

// This file has the hosts that requests are for: the vendors' own, and the one
// by which others reach the mock.

// addHosts makes the hosts of a vendor's profile the vendor's.
func (s *Server) addHosts(p provider.Profile) error {
	for _, host := range p.Hosts {
		host = hostOf(host)
		if other := s.hosts[host]; other != "" && other != p.Name {
			return fmt.Errorf("two vendors, %s and %s, have the host %s", other, p.Name, host)
		}
		s.hosts[host] = p.Name
	}
	return nil
}

// hostOf is the host of a Host header, in the form that hosts are compared in.
func hostOf(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// placed is a request for a vendor's own host as one for the place that the
// vendor has here: nothing after it needs to know that the vendor was called by
// its own name. Other requests stay as they are.
func (s *Server) placed(r *http.Request) *http.Request {
	vendor, ok := s.hosts[hostOf(r.Host)]
	if !ok {
		return r
	}
	moved, place := *r, *r.URL
	place.Path = "/" + vendor + place.Path
	if place.RawPath != "" {
		place.RawPath = "/" + vendor + place.RawPath
	}
	moved.URL = &place
	return &moved
}

// publicURL is what Config.PublicURL says, in the form that a path can be put
// behind.
func (s *Server) publicURL() (string, error) {
	if s.config.PublicURL == "" {
		return "", nil
	}
	if err := CheckPublicURL(s.config.PublicURL); err != nil {
		return "", fmt.Errorf("the public URL: %w", err)
	}
	u, err := url.Parse(s.config.PublicURL)
	if err != nil {
		return "", err
	}
	if vendor := s.hosts[hostOf(u.Host)]; vendor != "" {
		return "", fmt.Errorf("the public URL: want a host other than %s, where nothing is served but %s", u.Hostname(), vendor)
	}
	return u.Scheme + "://" + u.Host, nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$`)

// certifiable is whether a certificate can be for a host.
func certifiable(host string) bool { return net.ParseIP(host) != nil || hostName.MatchString(host) }

// CheckPublicURL says what is wrong with a text as Config.PublicURL: it has to
// be an absolute http or https URL of a host and perhaps a port, without user,
// path, query and fragment. A slash at its end is let pass.
func CheckPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("want an absolute http or https URL, such as http://kycmock:8080, not %q", text)
	}
	port := u.Port()
	_, numbered := strconv.ParseUint(port, 10, 16)
	switch {
	case u.User != nil: // who is not repeated
		return errors.New("want no user in the URL")
	case u.Path != "" && u.Path != "/":
		return fmt.Errorf("want no path, not %q: the mock is at the root of its host", u.Path)
	case strings.ContainsAny(text, "?#"):
		return fmt.Errorf("want no query and no fragment, not %q", text)
	case strings.HasSuffix(u.Host, ":"), port == "0", port != "" && numbered != nil:
		return fmt.Errorf("want a port from 1 to 65535, not %q", text)
	case !certifiable(u.Hostname()):
		return fmt.Errorf("want a host of letters, digits, points and hyphens, not %q", u.Hostname())
	}
	return nil
}
