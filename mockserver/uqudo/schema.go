package uqudo

import (
	"encoding/json"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/picture"
	"kycmock/mockserver/provider"
)

// Schema is that of the data of a flow's trigger: see [provider.Describer].
func (u *Uqudo) Schema(event string) json.RawMessage { return u.schemas()[Flow(event)] }

// schemas are those of the data of each flow's trigger. Which values there are
// is for them to say: the struct tags do not, because the rules that do depend
// on the flow and word what is wrong themselves.
func schemas(d *provider.Decoder[SessionData]) map[Flow]json.RawMessage {
	all := map[Flow]json.RawMessage{}
	for _, f := range flows() {
		usual := SessionData{DocumentType: f.documentType(), Profile: ProfileClean, Status: SessionCompleted}
		all[f] = d.Schema(usual, func(members map[string]*huma.Schema) {
			members["documentType"].Enum = values(documentTypes())
			members["profile"].Enum = values(f.profiles())
			members["status"].Enum = values(sessionStatuses())
			members["imageStyle"].Enum = values(picture.Styles())
			members["person"].Properties["sex"].Enum = []any{"F", "M"}
			if f == FlowFace { // which has neither
				delete(members, "documentType")
				delete(members, "hostedKyc")
			}
		})
	}
	return all
}

// profiles are those that can show in a flow.
func (f Flow) profiles() []Profile {
	var names []Profile
	for _, info := range profiles() {
		if slices.Contains(info.Flows, f) {
			names = append(names, info.Name)
		}
	}
	return names
}

func values[T any](list []T) []any {
	all := make([]any, len(list))
	for i, value := range list {
		all[i] = value
	}
	return all
}
