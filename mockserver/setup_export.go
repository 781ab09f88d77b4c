package mockserver

import (
	"bytes"
	"slices"

	"kycmock/keys"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

// ExportSetup is the Config.Setup that makes this world again, in YAML: what is
// set up now, as far as it is not as it would be anyway. What happened is not in
// it, nor is the Config. Without reveal, secrets are *** and keys have no more
// than their kid, so that it can be shown but sets up nothing.
//
// Not in it is what no setup can say: retired keys, when others are to be
// retired, that a key signs before it is published, API keys that were revoked,
// webhooks that were deleted, and faults' hits so far.
func (s *Server) ExportSetup(reveal bool) ([]byte, error) {
	var object bytes.Buffer
	if err := marshal(&object, s.exported(reveal)); err != nil {
		return nil, err
	}
	return scenarios.SetupYAML(object.Bytes())
}

func (s *Server) exported(reveal bool) provider.Object {
	o := provider.Object{}
	for _, name := range s.names {
		if v, ok := s.providers[name].(provider.Resourceful); ok {
			o.Add(name, v.Export(reveal))
		}
	}
	o.Add(sectionKeys, s.exportedKeys(reveal))
	var armed []any
	for _, a := range s.ArmedFaults() {
		armed = append(armed, a.exported())
	}
	o.Add(sectionFaults, armed)
	return o
}

// exportedKeys are the keys of the JWKS, that which signs first, unless they are
// what a mock begins with anyway.
func (s *Server) exportedKeys(reveal bool) []any {
	var pairs []keys.Pair
	for _, k := range slices.Backward(s.Keys()) {
		pair, err := s.keys.Pair(k.KID)
		if err == nil && k.State != keys.Retired {
			pairs = append(pairs, pair)
		}
	}
	if len(pairs) == 1 && pairs[0].Equal(keys.Default()) {
		return nil
	}
	var list []any
	for _, pair := range pairs {
		key := provider.Object{{Name: keyKID, Value: pair.KID()}}
		if reveal {
			key.Add(keyPEM, string(pair.PrivatePEM()))
		}
		list = append(list, key)
	}
	return list
}

// exported is the rule that arms the fault for the times that are left.
func (a Armed) exported() provider.Object {
	var o provider.Object
	if a.Match != (Match{}) {
		o.Add("match", a.Match)
	}
	o.Add("fault", a.Fault)
	if times := min(a.Times, a.Left); times != 1 {
		o.Add("times", times)
	}
	return o
}
