package accesskey

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "access-key", Kind: quarantine.KindAccessKey, Thing: "access key", On: true, Cut: true, Group: measure.Identity,
		Does: "makes a user's access key inactive, so that nothing that is signed with it is accepted; sessions that it was used to get " +
			"go on until they expire",
		Now:    func(h quarantine.Hold) string { return words(h.Parts[status].After) },
		Before: func(h quarantine.Hold) string { return words(h.Parts[status].Before.Known()) },
		Closes: []measure.Way{measure.Signing},
		Mark: func(h quarantine.Hold) string {
			_, id := named(h)
			return id
		},
		Unsure:  "whether what is signed with it is accepted",
		Refuses: func(string) string { return "IAM does not let its status be changed" },
		ByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return []measure.Step{{Say: "Make the key inactive, which can be undone; what works with it stops:"}, set(r.ID, userOf(r, known), inactive)}
		},
		LookByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return []measure.Step{
				{Say: "See when the key was used last, and whether it is active:"},
				{Command: []string{"iam", "get-access-key-last-used", "--access-key-id", r.ID}},
				{Command: []string{"iam", "list-access-keys", "--user-name", userOf(r, known)}},
			}
		},
		UndoByHand: undoByHand,
		Actions:    []string{"iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:UpdateAccessKey"},
		Guarding:   []string{"iam:GetAccessKeyLastUsed", "iam:GetUser"},
		Undoing:    []string{"iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:UpdateAccessKey"},
		UndoneBy:   []string{"UpdateAccessKey", "CreateAccessKey"},
	}
}

// Thing is how a user's key is named on record.
func Thing(user, id string) string { return user + "/" + id }

func words(value string) string {
	return cmp.Or(map[string]string{active: "active", inactive: "inactive"}[value], value, measure.NotKnown)
}

// userOf is the user by whose name the key is on record, or what a person has to put there.
func userOf(r quarantine.Resource, known []quarantine.Hold) string {
	for _, h := range known {
		if user, id := named(h); id == r.ID && user != "" {
			return user
		}
	}
	return "USER"
}

func set(id, user, value string) measure.Step {
	return measure.Step{Command: []string{"iam", "update-access-key", "--user-name", user, "--access-key-id", id, "--status", value}}
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Make the key active again, where it was:"}}
	for _, h := range held {
		user, id := named(h)
		if p := h.Parts[status]; p.Before.Known() == active && len(p.Puts) > 0 {
			out = append(out, set(id, user, active))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}
