package quarantine_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestExemptionsSayWhatMustNotBeCutAndWhy(t *testing.T) {
	t.Parallel()
	type thing struct {
		account       string
		vpcs, subnets []string
		tags          map[string]string
	}
	web := thing{"111122223333", []string{"vpc-1", "vpc-2"}, []string{"subnet-1", "subnet-2"}, map[string]string{"team": "web", "keep": "", "a": "1"}}
	for name, c := range map[string]struct {
		exempt quarantine.Exemptions
		of     thing
		want   string
	}{
		"nothing is exempt":                 {quarantine.Exemptions{}, web, ""},
		"the account":                       {quarantine.Exemptions{Accounts: []string{"444455556666", "111122223333"}}, web, "account 111122223333 is exempt"},
		"another account":                   {quarantine.Exemptions{Accounts: []string{"444455556666"}}, web, ""},
		"a VPC":                             {quarantine.Exemptions{VPCs: []string{"vpc-2"}}, web, "VPC vpc-2 is exempt"},
		"another VPC":                       {quarantine.Exemptions{VPCs: []string{"vpc-3"}}, web, ""},
		"a subnet":                          {quarantine.Exemptions{Subnets: []string{"subnet-2"}}, web, "subnet subnet-2 is exempt"},
		"another subnet":                    {quarantine.Exemptions{Subnets: []string{"subnet-3"}}, web, ""},
		"a tag with its value":              {quarantine.Exemptions{Tags: map[string]string{"team": "web"}}, web, "tag team=web is exempt"},
		"a tag with another value":          {quarantine.Exemptions{Tags: map[string]string{"team": "core"}}, web, ""},
		"a tag whose value is only like it": {quarantine.Exemptions{Tags: map[string]string{"team": "Web"}}, web, ""},
		"a tag with any value":              {quarantine.Exemptions{Tags: map[string]string{"team": "*"}}, web, "tag team=web is exempt"},
		"a tag without a value":             {quarantine.Exemptions{Tags: map[string]string{"keep": "*"}}, web, "tag keep= is exempt"},
		"a tag that is asked for empty":     {quarantine.Exemptions{Tags: map[string]string{"keep": ""}}, web, "tag keep= is exempt"},
		"a tag that is missing":             {quarantine.Exemptions{Tags: map[string]string{"gone": "*", "lost": ""}}, web, ""},
		"of something without tags":         {quarantine.Exemptions{Tags: map[string]string{"team": "*"}}, thing{account: "111122223333"}, ""},
		"the account is named before all else": {
			quarantine.Exemptions{Accounts: []string{"111122223333"}, VPCs: []string{"vpc-1"}, Subnets: []string{"subnet-1"}, Tags: map[string]string{"a": "1"}},
			web, "account 111122223333 is exempt",
		},
		"the VPC before its subnet": {
			quarantine.Exemptions{VPCs: []string{"vpc-1"}, Subnets: []string{"subnet-1"}, Tags: map[string]string{"a": "1"}},
			web, "VPC vpc-1 is exempt",
		},
		"the subnet before a tag": {
			quarantine.Exemptions{Subnets: []string{"subnet-1"}, Tags: map[string]string{"a": "1"}},
			web, "subnet subnet-1 is exempt",
		},
		"of several, the first that the thing has": {
			quarantine.Exemptions{Subnets: []string{"subnet-2", "subnet-1"}}, web, "subnet subnet-1 is exempt",
		},
		"of several tags, the first by its key": {
			quarantine.Exemptions{Tags: map[string]string{"team": "web", "keep": "*", "a": "*", "0": "*"}}, web, "tag a=1 is exempt",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 20 { // the order of a map differs from one look to the next
				if got := c.exempt.Match(c.of.account, c.of.vpcs, c.of.subnets, c.of.tags); got != c.want {
					t.Fatalf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

// An exemption that misses its user for a capital letter would stop what must not stop.
func TestAUserIsExemptByItsNameWhateverTheCaseAndByItsPath(t *testing.T) {
	t.Parallel()
	e := quarantine.Exemptions{Users: []string{"Deploy", "/breakglass/"}}
	for user, want := range map[[2]string]bool{
		{"Deploy", "/"}: true, {"deploy", "/"}: true, {"deploy-2", "/"}: false, {"alice", ""}: false,
		{"alice", "/breakglass/"}: true, {"alice", "/breakglass/eu/"}: true, {"alice", "/Breakglass/"}: false, {"alice", "/team/breakglass/"}: false,
	} {
		if got := e.MatchUser(user[0], user[1]); (got != "") != want {
			t.Errorf("%s at %s: %q, want exempt %v", user[0], user[1], got, want)
		}
	}
}
