package fault

import (
	"fmt"

	"kycmock/mockserver/problem"
)

// CheckTriggered is [Check] for the faults of a trigger, which are about what is
// sent: those of the vendor's API have to be armed.
func CheckTriggered(faults []Fault, vendor string, own []string) problem.Fields {
	p := Check(faults, vendor, own)
	for i, f := range faults {
		if spec, known := Find(f.Name); known && spec.Stage == API {
			p.Add(fmt.Sprintf("[%d].name", i), f.Name, "goes wrong with calls of the vendor's API and not with a webhook: arm it, by POST /_mock/v1/faults/armed")
		}
	}
	return p
}
