// Package policychange changes the policy that a deployed stack judges by: what the parameter has, what
// another text would change in it, and the write.
package policychange

import (
	"context"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Store reads a parameter. Errors: those of [ssm.Client].
type Store interface {
	Latest(ctx context.Context, name string) (ssm.Version, error)
	History(ctx context.Context, name string) ([]ssm.Version, error)
}

var _ Store = (*ssm.Client)(nil)

// Deployed is what a parameter has.
type Deployed struct {
	Parameter string
	// Versions are those that are kept, the newest first; there is one at least.
	Versions []ssm.Version
	// Judging is the version that judges, and Policy what it says; nil where no version parses.
	Judging ssm.Version
	Policy  *triage.Policy
	// Refused says why the newest version does not judge; nil where it does.
	Refused error
}

// Read reads what a parameter has, by its name.
//
// IAM actions: ssm:GetParameter and ssm:GetParameterHistory on the parameter, kms:Decrypt on the key of a
// SecureString that has a customer managed one.
//
// Errors: those of [Store].
func Read(ctx context.Context, s Store, parameter string) (Deployed, error) {
	newest, err := s.Latest(ctx, parameter)
	if err != nil {
		return Deployed{}, err
	}
	all, err := s.History(ctx, parameter)
	if err != nil {
		return Deployed{}, err
	}
	// A history may lag behind: what is to be changed is the newest version, with what only a history knows of it.
	all = slices.DeleteFunc(all, func(v ssm.Version) bool { return v.Number > newest.Number })
	if len(all) == 0 || all[0].Number != newest.Number {
		return Deployed{}, quarantine.Failf(quarantine.Unavailable, "the history of the parameter %s does not have its version %d yet: try again", parameter, newest.Number)
	}
	d := Deployed{Parameter: parameter, Versions: all, Judging: all[0]}
	if d.Policy, d.Refused = triage.ParsePolicy([]byte(newest.Value)); d.Refused != nil {
		var judging quarantine.Revision
		judging, d.Policy = triage.NewestThatParses(d.revisions(), newest.Number)
		d.Judging, _ = d.Version(judging.Version)
	}
	return d, nil
}

func (d Deployed) revisions() (all []quarantine.Revision) {
	for _, v := range d.Versions {
		all = append(all, quarantine.Revision{Version: v.Number, Text: v.Value})
	}
	return all
}

// Newest is the newest version, which judges unless it does not parse.
func (d Deployed) Newest() ssm.Version { return d.Versions[0] }

// Version is the version of a number, and whether it is kept.
func (d Deployed) Version(number int64) (ssm.Version, bool) {
	i := slices.IndexFunc(d.Versions, func(v ssm.Version) bool { return v.Number == number })
	if i < 0 {
		return ssm.Version{}, false
	}
	return d.Versions[i], true
}

// Kept are the numbers of the oldest and the newest version that are kept.
func (d Deployed) Kept() (oldest, newest int64) {
	return d.Versions[len(d.Versions)-1].Number, d.Newest().Number
}

// Check parses a policy that is to be put into the parameter.
//
// Errors: BadPolicy, with every fault at once; BadRequest, where it has more bytes than a parameter holds.
func Check(text string) (*triage.Policy, error) {
	policy, err := triage.ParsePolicy([]byte(text))
	if err != nil {
		return nil, err
	}
	if len(text) > ssm.MaxAdvanced {
		return nil, quarantine.Failf(quarantine.BadRequest, "the policy has %d bytes, and a parameter holds %d: leave out what is as in the default policy, and comments", len(text), ssm.MaxAdvanced)
	}
	return policy, nil
}

// Upgrades tells that this text makes a standard parameter an advanced one, which is billed.
func (d Deployed) Upgrades(text string) bool {
	return len(text) > ssm.MaxStandard && d.Newest().Tier != "Advanced"
}

// Diff are the lines by which a text differs from the newest version, as a unified diff without its header;
// none where it does not.
func (d Deployed) Diff(text string) []string {
	unified := udiff.Unified("a", "b", lined(d.Newest().Value), lined(text))
	if unified == "" {
		return nil
	}
	return strings.Split(strings.TrimRight(unified, "\n"), "\n")[2:]
}

// lined ends a text with its line: that an editor did not is no change.
func lined(text string) string { return strings.TrimRight(text, "\n") + "\n" }
