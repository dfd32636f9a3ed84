package guardduty

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Skim reads of an event what can be read of it, for a person who has to look at an
// event that could not be judged. What is missing, or not of its form, is empty: a
// fault in one field hides no other. Nothing may be judged or changed by it.
func Skim(event []byte) quarantine.Finding {
	if f, bad := parse(event); bad == nil {
		return f
	}
	root, _ := decode(event)
	fields, _ := root.(map[string]any)
	// Each field has a reader of its own, which keeps its own fault.
	envelope := func() object { return object{r: &reader{}, fields: fields} }
	detail := func() object { return envelope().child("detail") }
	f := quarantine.Finding{
		ID:           detail().hint("id", isToken),
		Type:         detail().hint("type", isType),
		Title:        detail().text("title"),
		Description:  detail().text("description"),
		AccountID:    first(detail().hint("accountId", isAccount), envelope().hint("account", isAccount)),
		Region:       first(detail().hint("region", isRegion), envelope().hint("region", isRegion)),
		ResourceType: detail().child("resource").hint("resourceType", isToken),
	}
	f.Severity, _ = detail().number("severity")
	f.Sample = detail().child("service").child("additionalInfo").flag("sample")
	f.Instances = skimInstances(envelope, detail, f)
	return f
}

// skimInstances takes the one that the state machine has put beside the event, or
// those that the finding names.
func skimInstances(envelope, detail func() object, f quarantine.Finding) []quarantine.AccusedInstance {
	all := sequence(detail().child("service").child("detection").child("sequence"), f)
	all = append(all, host(detail().child("resource"))...)
	all = slices.DeleteFunc(all, func(i quarantine.AccusedInstance) bool { return !isInstance(i.ID) })
	only := envelope().child("resource").hint("id", isInstance)
	if only == "" {
		return all
	}
	f.Instances = all
	if narrow, found := f.Narrow(only); found {
		return narrow.Instances
	}
	return []quarantine.AccusedInstance{{ID: only}}
}
