package mockserver

import (
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Preview works out what a trigger would tell, and does nothing. The seed that
// it has drawn, if the trigger has none, makes the trigger tell the same, but
// for times and for identities other than the session's; naming the preview's
// session gives it that one too.
func (s *Server) Preview(t provider.Trigger) (provider.Preview, error) {
	p, err := s.provider(t.Provider)
	if err != nil {
		return provider.Preview{}, err
	}
	previewer, ok := p.(provider.Previewer)
	if !ok {
		return provider.Preview{}, problem.New(problem.NotFound, "%s does not tell beforehand what a trigger would send", t.Provider)
	}
	if t.Seed == nil {
		seed := s.ids.seed()
		t.Seed = &seed
	}
	preview, err := previewer.Preview(t)
	if preview.Webhooks == nil {
		preview.Webhooks = []provider.ToldWebhook{}
	}
	return preview, err
}
