package message

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// what names the resource in a sentence, or says what there is instead of one.
func (f facts) what() string {
	switch {
	case f.resource.ID != "":
		return Clean(f.words.What(f.resource, f.naming()), maxName) + f.called()
	case f.Triage != nil && len(f.Triage.Resources) > 1:
		return fmt.Sprintf("%d %s", len(f.Triage.Resources), f.words.Many)
	case f.Triage == nil || f.verdict == nil:
		return "an unknown " + f.words.Noun
	case f.Triage.Finding.Key != nil:
		return Clean(f.Triage.Finding.Key.String(), maxName)
	default:
		return "no instance"
	}
}

// maxCalled bounds what people call a thing, in characters: a tag's value has up to 256.
const maxCalled = 40

// called is what people call the instance, by its tag Name, quoted and after a space; or "". It is a
// hint: whoever may tag the instance writes it. The record's name is the same that EC2 showed at the cut, and
// comes before a finding's, which can be older: one incident has one name in all its messages.
func (f facts) called() string {
	if !f.words.Placed || f.resource.ID == "" {
		return ""
	}
	var live, asked, onRecord string
	if f.Containment != nil {
		live = f.Containment.Instance.Tags[quarantine.TagName]
	}
	if f.Approval != nil {
		asked = f.Approval.Finding.Name
	}
	if f.record.Incident != nil {
		onRecord = f.record.Incident.Name()
	}
	name := Clean(cmp.Or(live, onRecord, f.accusedInstance().Tags[quarantine.TagName], asked), maxCalled)
	if name == "" {
		return ""
	}
	return ` "` + strings.ReplaceAll(name, `"`, "'") + `"`
}

// naming are all things of the cut, wherever the news has them: their names can say whose the
// resource is.
func (f facts) naming() []quarantine.Hold {
	out := f.namedThings()
	for _, d := range f.Drifts {
		out = append(out, d.Hold())
	}
	return out
}

// where is account/region, or "" where neither is known. The Region of what is used in all of them
// says nothing.
func (f facts) where() string {
	account, region := f.accountRegion()
	if f.words.Global {
		region = ""
	}
	return Clean(strings.Trim(account+"/"+region, "/"), maxName)
}

func (f facts) accountRegion() (account, region string) {
	switch {
	case f.resource.ID != "":
		return f.resource.AccountID, f.resource.Region
	case f.Triage != nil:
		return f.Triage.Finding.AccountID, f.Triage.Finding.Region
	default:
		e, _ := arn.ParseExecution(f.Execution.ID)
		return e.Account, e.Region
	}
}

// accused are the things of the cut as the finding names them.
func (f facts) accused() []quarantine.Hold {
	if f.Triage == nil || f.resource.ID == "" || f.words.Accused == nil {
		return nil
	}
	return f.words.Accused(f.resource, f.Triage.Finding)
}

// accusedInstance is the instance as the finding describes it.
func (f facts) accusedInstance() quarantine.AccusedInstance {
	if f.Triage == nil || f.resource.ID == "" {
		return quarantine.AccusedInstance{}
	}
	narrow, ok := f.Triage.Finding.Narrow(f.resource.ID)
	if !ok {
		return quarantine.AccusedInstance{}
	}
	return narrow.Instances[0]
}
