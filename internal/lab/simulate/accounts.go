package simulate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// GrownAccount makes an account from the events: the instances that they accuse, with a
// VPC and neighbours around them. The account is the one whose event bus carries the first
// event.
func GrownAccount(events []Event) func(account.Options) (*account.Account, []Question, error) {
	return func(o account.Options) (*account.Account, []Question, error) {
		o.AccountID, o.Region = home(events)
		o.Partition = arn.PartitionOf(o.Region)
		a := account.New(o)
		var questions []Question
		grown := map[string]bool{}
		addKeys(a, events)
		for _, f := range findings(events) {
			for _, i := range f.Instances {
				if !grown[i.ID] {
					grown[i.ID] = true
					g := a.Grow(seed(i))
					questions = append(questions, around(a, g.Instance, g.Beside, g.Across)...)
				}
			}
		}
		return a, questions, nil
	}
}

// LoadedAccount makes an account from the output of the AWS command line. Account ID and
// Region are those that its resources name, or else those of the first event.
func LoadedAccount(r io.Reader, events []Event) func(account.Options) (*account.Account, []Question, error) {
	return func(o account.Options) (*account.Account, []Question, error) {
		o.AccountID, o.Region = home(events)
		o.Partition = arn.PartitionOf(o.Region)
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, nil, err
		}
		if err := isOurs(text, events, o.AccountID); err != nil {
			return nil, nil, err
		}
		a, err := account.LoadJSON(bytes.NewReader(text), o, accused(events)...)
		if err != nil {
			return nil, nil, err
		}
		addKeys(a, events)
		var questions []Question
		asked := map[string]bool{}
		for _, f := range findings(events) {
			for _, i := range f.Instances {
				if !asked[i.ID] {
					asked[i.ID] = true
					questions = append(questions, around(a, i.ID, a.Beside(i.ID), a.Across(i.ID))...)
				}
			}
		}
		return a, questions, nil
	}
}

// addKeys adds the users' keys that the events are about, as far as they are of the account.
func addKeys(a *account.Account, events []Event) {
	for _, f := range findings(events) {
		if key, is := f.KeyResource(); is && key.AccountID == a.ID() {
			a.AddKnownKey(f.Key.User, key.ID)
		}
	}
}

// accused are the instances that the events name, each once.
func accused(events []Event) (ids []string) {
	for _, f := range findings(events) {
		for _, i := range f.Instances {
			if !slices.Contains(ids, i.ID) {
				ids = append(ids, i.ID)
			}
		}
	}
	return ids
}

// isOurs refuses the description of instances that are all of accounts that no event is
// about: what the simulation shows would be of the wrong account.
func isOurs(text []byte, events []Event, home string) error {
	about := []string{home}
	for _, f := range findings(events) {
		for _, r := range f.Resources() {
			about = append(about, r.AccountID)
		}
	}
	var described struct {
		Reservations []struct {
			OwnerID string `json:"OwnerId"`
		}
	}
	_ = json.Unmarshal(text, &described) // whether it can be read is for the loader to say
	var owner string
	for _, r := range described.Reservations {
		if slices.Contains(about, r.OwnerID) {
			return nil
		}
		owner = cmp.Or(owner, r.OwnerID)
	}
	if owner == "" {
		return nil
	}
	return &account.LoadError{Problems: []string{fmt.Sprintf(
		"Reservations: the instances are of account %s, and the event is about account %s: it is the export of another account", owner, about[len(about)-1])}}
}

// findings returns the findings of the events that can be parsed.
func findings(events []Event) (all []quarantine.Finding) {
	for _, e := range events {
		if f, err := guardduty.Parse(e.Body); err == nil {
			all = append(all, f)
		}
	}
	return all
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// home is the account and Region whose event bus carries the events: the first valid ones
// in an event's envelope, or else in a finding.
func home(events []Event) (acct, region string) {
	for _, e := range events {
		var head struct{ Account, Region string }
		if json.Unmarshal(e.Body, &head) == nil && accountID.MatchString(head.Account) && head.Region != "" {
			return head.Account, head.Region
		}
	}
	for _, f := range findings(events) {
		return f.AccountID, f.Region
	}
	return demoAccount, demoRegion
}

// seed describes an instance as the finding does.
func seed(i quarantine.AccusedInstance) account.Seed {
	s := account.Seed{
		InstanceID: i.ID, InstanceType: i.Type, ImageID: i.ImageID, Profile: i.ProfileARN,
		LaunchTime: i.LaunchedAt, Tags: i.Tags,
	}
	for _, n := range i.Interfaces {
		eni := account.SeedInterface{ID: n.ID, VPC: n.VPCID, Subnet: n.SubnetID, PrivateIP: n.PrivateIP, PublicIP: n.PublicIP, IPv6: n.IPv6}
		for _, g := range n.SecurityGroups {
			eni.Groups = append(eni.Groups, account.SeedGroup{ID: g})
		}
		s.Interfaces = append(s.Interfaces, eni)
	}
	return s
}
