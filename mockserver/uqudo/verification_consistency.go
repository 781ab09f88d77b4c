package uqudo

// consistencyCheck says whether what stands in several places of a document is
// the same everywhere.
type consistencyCheck struct {
	Enabled bool `json:"enabled"`
	*consistencyOutcome
}

type consistencyOutcome struct {
	Fields []consistencyField `json:"fields"`
}

// consistencyField is one thing that stands in several places.
type consistencyField struct {
	Name    string              `json:"name"`
	Match   string              `json:"match"` // MATCH, MATCH_PARTIALLY, NO_MATCH
	Sources []consistencySource `json:"sources"`
}

// consistencySource is one such place, with the value as it is spelled there.
type consistencySource struct {
	Source       string `json:"source"` // SCAN, READING, LOOKUP
	DocumentSide string `json:"documentSide,omitempty"`
	Name         string `json:"name"`
	Value        string `json:"value"`
}

func scanned(side, name, value string) consistencySource {
	return consistencySource{Source: "SCAN", DocumentSide: side, Name: name, Value: value}
}

// agree compares one thing only, as the one sample of a real result did.
func agree(name string, same bool, sources ...consistencySource) []consistencyField {
	match := "NO_MATCH"
	if same {
		match = "MATCH"
	}
	return []consistencyField{{Name: name, Match: match, Sources: sources}}
}
