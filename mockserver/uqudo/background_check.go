package uqudo

import "time"

// backgroundCheck is the outcome of screening a name against lists of people.
type backgroundCheck struct {
	Type         string           `json:"type"` // RDC
	Match        bool             `json:"match"`
	MonitoringID *string          `json:"monitoringId"`
	Content      *backgroundAlert `json:"content"` // null without a match
}

// backgroundAlert names the people that were found. The list is called
// nonReviewedAlertEntity in results (observed), although the page on the
// background check calls it alertEntity.
type backgroundAlert struct {
	AlertDt  string        `json:"alertDt"` // yyyy-MM-ddTHH:mm:ss, no zone
	Entities []alertEntity `json:"nonReviewedAlertEntity"`
}

type alertEntity struct {
	SysID      string       `json:"sysId"`
	RDCURL     string       `json:"rdcURL"`
	EntityID   int          `json:"entityId"`
	EntityType string       `json:"entityTyp"` // P, a person
	EntityName string       `json:"entityName"`
	MatchScore int          `json:"matchScore"`
	RiskScore  int          `json:"riskScore"`
	CVIP       string       `json:"cvip"`
	PEPTypes   pepTypes     `json:"pepTypes"`
	Event      []alertEvent `json:"event"`
	Sources    alertSources `json:"sources"`
	Attribute  []attribute  `json:"attribute"`

	// What the members of these lists look like is not known; they are empty.
	PostAddr       []struct{} `json:"postAddr"`
	Rels           relations  `json:"rels"`
	Alias          []struct{} `json:"alias"`
	BirthDt        []struct{} `json:"birthDt"`
	Identification []struct{} `json:"identification"`
}

type pepTypes struct {
	PEPType []pepType `json:"pepType"`
}

type pepType struct {
	Type     string `json:"type"`
	Level    string `json:"level"`
	FromDate string `json:"fromDate"`
	Position string `json:"position"`
}

type alertEvent struct {
	EventDt     string        `json:"eventDt"`
	EventDesc   string        `json:"eventDesc"`
	Category    alertCategory `json:"category"`
	SubCategory alertCategory `json:"subCategory"`
	Source      alertSource   `json:"source"`
}

type alertCategory struct {
	Code string `json:"categoryCode"`
	Desc string `json:"categoryDesc"`
}

type alertSources struct {
	Source []alertSource `json:"source"`
}

type alertSource struct {
	Format     string `json:"format"`
	EntityDt   string `json:"entityDt"`
	SourceURL  string `json:"sourceURL"`
	SourceName string `json:"sourceName"`
}

type attribute struct {
	Code  string `json:"attCode"`
	Value string `json:"attVal"`
	Desc  string `json:"attDesc"`
}

type relations struct {
	Rel []struct{} `json:"rel"`
}

func (m *resultMaker) backgroundCheck() *backgroundCheck {
	check := &backgroundCheck{Type: "RDC"}
	if m.Profile == ProfileBackgroundHit {
		check.Match = true
		check.Content = &backgroundAlert{
			// The day only, so that a payload does not differ from one second to the next.
			AlertDt:  m.At.UTC().Format(time.DateOnly) + "T00:00:00",
			Entities: []alertEntity{m.exposedPerson()},
		}
	}
	return check
}

// exposedPerson is an entry in a list of politically exposed people which
// speaks of the session's user.
func (m *resultMaker) exposedPerson() alertEntity {
	d := m.dice("background check")
	since := m.holder.BirthDate.AddDate(18, 0, d.N(365))
	source := alertSource{
		Format:     "WEB",
		EntityDt:   since.Format(time.DateOnly),
		SourceURL:  "https://gazette.example.test/appointments",
		SourceName: "Utopian Gazette (invented)",
	}
	id := 900_000_000 + d.N(1_000_000)
	return alertEntity{
		SysID:      d.Digits(9),
		RDCURL:     "https://rdc.example.test/entity?id=" + d.Digits(6) + "&view=full",
		EntityID:   id,
		EntityType: "P",
		EntityName: m.holder.FullName(),
		MatchScore: 90 + d.N(11),
		RiskScore:  60 + d.N(40),
		CVIP:       "PEP",
		PEPTypes: pepTypes{[]pepType{{
			Type: "LEG", Level: "L1", FromDate: since.Format(time.DateOnly), Position: "Member of the Assembly of Utopia",
		}}},
		Event: []alertEvent{{
			EventDt:     since.Format(time.DateOnly),
			EventDesc:   "Appointed to the Assembly of Utopia, which does not exist",
			Category:    alertCategory{"PEP", "Politically Exposed Person"},
			SubCategory: alertCategory{"ASC", "Associated with"},
			Source:      source,
		}},
		Sources:        alertSources{[]alertSource{source}},
		Attribute:      []attribute{{"SEX", m.holder.Gender(), "Sex"}},
		PostAddr:       []struct{}{},
		Rels:           relations{[]struct{}{}},
		Alias:          []struct{}{},
		BirthDt:        []struct{}{},
		Identification: []struct{}{},
	}
}
