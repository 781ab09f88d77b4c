package uqudo

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
)

// Names of webhooks. Uqudo has two independent senders, which do not know
// about each other: see Uqudo's Webhook page, "Using both".
const (
	globalName   = "global"
	hostedPrefix = "hosted-kyc/" // before the name of a configuration
)

// sender is the state of one of an account's webhooks: the Global Webhook, or
// that of one Hosted KYC configuration.
type sender struct {
	Account string         `json:"account"`
	Name    string         `json:"name"`
	Webhook *HostedWebhook `json:"webhook"` // nil when there is none, or none any longer
	// Gone holds the webhooks that were deleted last, as they were, and
	// Forgotten counts those before them. All of them together are the
	// revision: a notification of an earlier one belongs to a webhook that was
	// deleted since, at that place of the list.
	Gone      []HostedWebhook `json:"gone,omitempty"`
	Forgotten int             `json:"forgotten,omitempty"`
	// Deleted is true once the Global Webhook, or the whole configuration, was
	// deleted and not saved again.
	Deleted bool `json:"deleted,omitempty"`
}

// exists is whether there is a Global Webhook, or the configuration, which can
// do without a webhook.
func (s sender) exists() bool { return s.Name != "" && !s.Deleted }

// Masked is the sender with its secrets hidden.
func (s sender) Masked() any {
	if s.Webhook != nil {
		masked := s.Webhook.masked()
		s.Webhook = &masked
	}
	s.Gone = slices.Clone(s.Gone)
	for i, w := range s.Gone {
		s.Gone[i] = w.masked()
	}
	return s
}

// maxGone is how many deleted webhooks are held: a webhook is saved and deleted
// in every test of somebody's, and few deliveries outlive several of them.
const maxGone = 8

func (s *sender) remove() {
	if s.Webhook == nil {
		return
	}
	s.Gone = append(slices.Clip(s.Gone), *s.Webhook)
	s.Webhook = nil
	if n := len(s.Gone) - maxGone; n > 0 {
		s.Gone = s.Gone[n:]
		s.Forgotten += n
	}
}

func (s sender) revision() int { return s.Forgotten + len(s.Gone) }

// deleted returns the webhook of an earlier revision as it was when it was
// deleted, nil when that is forgotten.
func (s sender) deleted(revision int) *HostedWebhook {
	if i := revision - s.Forgotten; i >= 0 {
		return &s.Gone[i]
	}
	return nil
}

func senderID(account, name string) string { return account + "/" + name }

// SaveWebhook replaces the webhook called "global" or "hosted-kyc/{config}";
// config is a [Webhook] or a [HostedWebhook]. An account of an unknown name is
// made with its defaults.
func (u *Uqudo) SaveWebhook(_ context.Context, account, name string, config json.RawMessage) (bool, error) {
	account = orDefault(account)
	var w HostedWebhook
	var p problem.Fields
	if name == globalName {
		p = u.globalDecoder.Decode(config, &w.Webhook)
	} else {
		p = u.hostedDecoder.Decode(config, &w)
	}
	if err := p.Err("the webhook's configuration cannot be read"); err != nil {
		return false, err
	}
	return u.save(account, name, &w)
}

// save replaces a webhook, or with nil the Hosted KYC configuration's by none.
func (u *Uqudo) save(account, name string, w *HostedWebhook) (created bool, err error) {
	if err := checkSenderName(name); err != nil {
		return false, err
	}
	if w != nil {
		if err := w.check(u.env.Strict).Err("the webhook breaks a rule"); err != nil {
			return false, err
		}
		if w.Format == "" {
			w.Format = FormatJSON
		}
	}
	if strings.Contains(account, "/") {
		return false, problem.New(problem.Invalid, "an account's name has no slash: %q", account)
	}
	u.ensureAccount(account)
	_, err = u.senders.Update(senderID(account, name), func(s *sender, _ bool) error {
		created = !s.exists()
		s.Account, s.Name, s.Deleted = account, name, false
		if w == nil {
			s.remove()
		}
		s.Webhook = w
		return nil
	})
	if err == nil && w == nil {
		u.callOff(account, name)
	}
	return created, err
}

// callOff ends what waits for a webhook that is gone, if the account wants no
// more attempts at it.
func (u *Uqudo) callOff(account, name string) {
	if a, _ := u.account(account); a.Delivery.OnDelete != onDeleteNone {
		return
	}
	u.env.Cancel(delivery.ErrGone.Error(), func(n delivery.Notification) bool {
		return n.Provider == Name && n.Account == account && n.Webhook == name
	})
}

func checkSenderName(name string) error {
	config, hosted := strings.CutPrefix(name, hostedPrefix)
	if name == globalName || hosted && config != "" && !strings.Contains(config, "/") {
		return nil
	}
	return problem.New(problem.NotFound, "Uqudo has no webhook called %q, want global or hosted-kyc/{config}", name)
}

// DeleteWebhook removes a webhook; of a Hosted KYC configuration that is the
// configuration too. What waits to be delivered makes one more attempt, unless
// the account's onDelete says none.
func (u *Uqudo) DeleteWebhook(_ context.Context, account, name string) error {
	account = orDefault(account)
	if err := checkSenderName(name); err != nil {
		return err
	}
	if _, err := u.knownAccount(account); err != nil {
		return err
	}
	_, err := u.senders.Update(senderID(account, name), func(s *sender, _ bool) error {
		if !s.exists() {
			return noSender(account, name)
		}
		s.remove()
		s.Deleted = true
		return nil
	})
	if err == nil {
		u.callOff(account, name)
	}
	return err
}

func noSender(account, name string) error {
	what := "Global Webhook"
	if config, hosted := strings.CutPrefix(name, hostedPrefix); hosted {
		what = "Hosted KYC configuration called " + config
	}
	return problem.New(problem.NotFound, "account %q has no %s", account, what)
}

// sender returns the state of a webhook that exists.
func (u *Uqudo) sender(account, name string) (sender, error) {
	if _, err := u.knownAccount(account); err != nil {
		return sender{}, err
	}
	s, _ := u.senders.Get(senderID(account, name))
	if !s.exists() {
		return s, noSender(account, name)
	}
	return s, nil
}

// hosted returns an account's Hosted KYC configurations by name.
func (u *Uqudo) hosted(account string) []sender {
	byName := map[string]sender{}
	for _, s := range u.senders.All() {
		if s.Account == account && s.Name != globalName && s.exists() {
			byName[s.Name] = s
		}
	}
	list := []sender{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

// WebhookURL is the address of a webhook now, and whether it has one.
func (u *Uqudo) WebhookURL(account, name string) (url string, set bool) {
	s, ok := u.senders.Get(senderID(orDefault(account), name))
	if !ok || s.Webhook == nil {
		return "", false
	}
	return s.Webhook.URL, true
}
