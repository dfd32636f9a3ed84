package triage

import (
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// keyCut is what becomes of a user's access key whose score reaches isolate.
type keyCut string

// In the policy these are values of accessKeys.cut.
const (
	keyAsk  keyCut = "ask"  // a person is asked
	keyByIt keyCut = "cut"  // the score decides
	keyTell keyCut = "tell" // it is told: no key is changed
)

// Resources are those that the finding accuses and that can be cut: its instances or, where it
// accuses none, a user's own key, if the policy and the deployment have keys cut.
func (p *Policy) Resources(f quarantine.Finding) []quarantine.Resource {
	if key, is := p.key(f); is {
		return []quarantine.Resource{key}
	}
	return f.Resources()
}

// key is the key that the finding is about, and whether it can be cut.
func (p *Policy) key(f quarantine.Finding) (quarantine.Resource, bool) {
	key, is := f.KeyResource()
	if !is || len(f.Instances) > 0 || p.keys == keyTell {
		return quarantine.Resource{}, false
	}
	cut, known := register.CutOf(key.Kind)
	return key, known && p.deployed(cut.Group)
}

// byKey asks a person before the score alone cuts a key, where the policy wants that. A rule can cut.
func (p *Policy) byKey(v *quarantine.Verdict, f quarantine.Finding) {
	if _, is := p.key(f); is && p.keys == keyAsk && v.Action == quarantine.ActionIsolate {
		decide(v, quarantine.ActionApprove, "access-key",
			"a person is asked: it would make the access key %s of the user %s inactive, and whatever works with it stops; accessKeys.cut is ask", f.Key.ID, f.Key.User)
	}
}
