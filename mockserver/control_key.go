package mockserver

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
)

func (s *Server) controlKeys(api huma.API) {
	const path = "/_mock/v1/keys"
	huma.Get(api, path, s.listKeys, summary("List the signing keys, oldest first"))
	huma.Post(api, path+"/rotate", s.postRotate, answering(http.StatusCreated, "Make a new key that signs from now on"))
	huma.Post(api, path+"/publish", s.postPublish, summary("Put the key that signs into the JWKS, after a rotation that withheld it"))
	huma.Post(api, path+"/{kid}/retire", s.postRetire, summary("Take a key out of the JWKS"))
	huma.Get(api, path+"/{kid}/public.pem", s.getPEM, summary("Show a key's public part as PEM"))
	huma.Get(api, path+"/{kid}/public.jwk", s.getJWK, summary("Show a key's public part as a JSON Web Key"))
}

type keysOutput struct {
	Body struct {
		Keys []keys.Key `json:"keys"`
	}
}

func (s *Server) listKeys(context.Context, *struct{}) (*keysOutput, error) {
	out := &keysOutput{}
	out.Body.Keys = s.Keys()
	return out, nil
}

type rotateInput struct {
	Body *struct {
		Alg     string `json:"alg,omitempty" enum:"RS256" doc:"RS256 is the only one that Uqudo signs with."`
		Retire  string `json:"retire,omitempty" doc:"When the old key leaves the JWKS: now, never (the default), or after a duration such as 1h on the mock's clock."`
		Publish string `json:"publish,omitempty" enum:"now,later" doc:"Whether the new key is in the JWKS now (the default), or signs before anybody can fetch it, until it is published."`
		KID     string `json:"kid,omitempty" enum:"new,same" doc:"Whether the new key has a kid of its own (the default), or takes the old one's and its place."`
	} `required:"false"`
}

// Resolve adds what the struct tags cannot say.
func (in *rotateInput) Resolve(huma.Context) []error {
	if _, err := in.retire(); err != nil {
		return []error{&huma.ErrorDetail{Location: "body.retire", Message: "want now, never or a duration such as 1h", Value: in.Body.Retire}}
	}
	return nil
}

// retire is after how long the old key is retired, nil for never.
func (in *rotateInput) retire() (*time.Duration, error) {
	if in.Body == nil || in.Body.Retire == "" || in.Body.Retire == "never" {
		return nil, nil
	}
	var d clock.Duration
	if in.Body.Retire != "now" {
		if err := d.UnmarshalText([]byte(in.Body.Retire)); err != nil || d < 0 {
			return nil, problem.New(problem.Invalid, "not a time to retire")
		}
	}
	after := time.Duration(d)
	return &after, nil
}

type keyOutput struct{ Body keys.Key }

func (s *Server) postRotate(_ context.Context, in *rotateInput) (*keyOutput, error) {
	retire, err := in.retire()
	if err != nil {
		return nil, err
	}
	r := Rotation{Retire: retire}
	if in.Body != nil {
		r.Withhold, r.SameKID = in.Body.Publish == "later", in.Body.KID == "same"
	}
	key, err := s.Rotate(r)
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

func (s *Server) postPublish(context.Context, *struct{}) (*keyOutput, error) {
	key, err := s.PublishKey()
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

type kidInput struct {
	KID string `path:"kid" doc:"The key's ID."`
}

func (s *Server) postRetire(_ context.Context, in *kidInput) (*keyOutput, error) {
	key, err := s.RetireKey(in.KID)
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

type exportOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) getPEM(_ context.Context, in *kidInput) (*exportOutput, error) {
	return exported("application/x-pem-file", s.keys.PublicPEM, in.KID)
}

func (s *Server) getJWK(_ context.Context, in *kidInput) (*exportOutput, error) {
	return exported("application/jwk+json", s.keys.PublicJWK, in.KID)
}

func exported(kind string, export func(kid string) ([]byte, error), kid string) (*exportOutput, error) {
	text, err := export(kid)
	if err != nil {
		return nil, problem.New(problem.NotFound, "%s", err)
	}
	return &exportOutput{kind, text}, nil
}
