package accesskey

import (
	"cmp"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "access-key", Kind: quarantine.KindAccessKey, Thing: "access key", On: true, Cut: true, Group: measure.Identity,
		Vanishes: true, // by the name on record, if its user is renamed
		Does: "makes a user's access key inactive, so that nothing that is signed with it is accepted; sessions that it was used to get " +
			"go on until they expire",
		Now:    func(h quarantine.Hold) string { return words(h.Parts[status].After) },
		Before: func(h quarantine.Hold) string { return words(h.Parts[status].Before.Known()) },
		Hints:  hints,
		Closes: []measure.Way{measure.Signing},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
		Leaves: []measure.Open{{Way: measure.Signing, Text: "Calls with the key, for the moments until IAM has the change everywhere.",
			Brief: "calls with the key, for the moments until IAM has the change everywhere"}},
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

// undoByHand makes the keys active that are on record as active before. Where nothing is on record
// here, it is read from the ledger: IAM does not tell it.
func undoByHand(held []quarantine.Hold) []measure.Step {
	if len(held) > 0 && !slices.ContainsFunc(held, func(h quarantine.Hold) bool { return len(h.Parts) > 0 }) {
		return unknownByHand(held)
	}
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

func unknownByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Only the ledger says whether the key was active before (before_status) and which incidents hold it (holders): " +
		"leave a key alone that was not, or that another open incident needs inactive. Otherwise make it active again:"}}
	for _, h := range held {
		user, id := named(h)
		out = append(out, measure.Step{Command: []string{
			"dynamodb", "get-item", "--table-name", "TABLE", "--consistent-read",
			"--key", "pk={S=HOLD#" + Info().Name + "#ACCOUNT#" + cmp.Or(h.Region, "REGION") + "#" + h.Thing + "},sk={S=HOLD}",
		}}, set(id, user, active))
	}
	return out
}
