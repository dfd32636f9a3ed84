package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/policychange"
)

// policyCommand is quarantine policy, and what there is below it.
type policyCommand struct {
	Default policyDefaultCommand `cmd:"" default:"withargs" help:"Print the default policy, documented line by line, as a start for your own. So does quarantine policy alone."`
	Show    policyShowCommand    `cmd:"" help:"Print the policy by which a deployed stack judges."`
	Push    policyPushCommand    `cmd:"" help:"Put a policy into the deployed stack's parameter. Shows what changes, and asks first."`
}

// Help is shown by quarantine policy --help.
func (policyCommand) Help() string {
	return `For example:

    quarantine policy > policy.yaml
    quarantine policy show > policy.yaml
    quarantine policy --parts --policy policy.yaml
    quarantine policy push policy.yaml

` + actions(`for policy show, %s. For policy push as well, %s. policy
default asks no service anything.`, readsPolicy, writesPolicy)
}

const (
	readsPolicy = `cloudformation:DescribeStacks on the stack; ssm:GetParameter and
ssm:GetParameterHistory on the parameter, and kms:Decrypt on its key if that is a
customer managed one`
	writesPolicy = `ssm:PutParameter on the parameter, and kms:Encrypt and
kms:GenerateDataKey on such a key; guardduty:ListDetectors, guardduty:ListFindings
and guardduty:GetFindings on the detector`
)

// policyDefaultCommand is quarantine policy default.
type policyDefaultCommand struct {
	Parts  bool   `help:"Instead, which parts of the account are acted on, and which are observed."`
	Policy string `placeholder:"FILE" help:"With --parts, the policy that is asked; without it the default one."`
}

// Run prints the default policy, or which parts of the account a policy acts on.
func (c policyDefaultCommand) Run(s streams) error {
	if !c.Parts {
		if c.Policy != "" {
			return usage("--policy needs --parts: without it, the default policy is printed")
		}
		_, err := s.out.Write(triage.DefaultPolicyYAML)
		return err
	}
	policy, err := readPolicy(c.Policy, s.in)
	if err != nil {
		return err
	}
	for _, line := range policy.WhichPartsAct() {
		fmt.Fprintln(s.out, message.Clean(line, longestPart))
	}
	return nil
}

// longestPart is how much of a line is shown, which a policy can have written anything into.
const longestPart = 400

// policyFlags say which stack it is about.
type policyFlags struct {
	Stack    string `placeholder:"NAME" help:"The deployed stack, by name or ARN. Without it QUARANTINE_STACK, the configuration file, or the stack quarantine."`
	Profile  string `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region   string `placeholder:"REGION" help:"The region; without it that of the stack's ARN or of the AWS configuration."`
	Endpoint string `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON     bool   `name:"json" help:"Print JSON; the rest goes to stderr."`
}

// inAccount is a run that is about a stack's policy.
type inAccount struct {
	*onCall
	client slim.SSM
}

// open connects to the account, and finds the stack.
func (f policyFlags) open(ctx context.Context, s streams) (*inAccount, error) {
	c, err := accountFlags{Stack: f.Stack, Profile: f.Profile, Region: f.Region, Endpoint: f.Endpoint, JSON: f.JSON}.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	found, err := deployment.Find(ctx, c.stacks(), c.chosen.Name())
	if err != nil {
		return nil, c.notLocated(err)
	}
	c.use(found)
	return &inAccount{c, slim.NewSSM(c.aws.config)}, nil
}

// read reads the policy's parameter.
func (c *inAccount) read(ctx context.Context) (policychange.Deployed, error) {
	return policychange.Read(ctx, ssm.New(c.client), c.deployed.Policy)
}

// policyShowCommand is quarantine policy show.
type policyShowCommand struct {
	policyFlags `embed:""`

	Version int64 `placeholder:"N" help:"That version of the parameter; without it the one that judges."`
}

// Help is shown by quarantine policy show --help.
func (policyShowCommand) Help() string {
	return `For example:

    quarantine policy show > policy.yaml
    quarantine policy show --version 6

It prints the text alone; which version that is, when it was written and by whom, and
of the one that judges which parts of the account it acts on, goes to stderr. Where the newest version does not parse, the newest before it that
does judges, and is printed. A stack without a parameter judges by the default policy.

` + actions("%s.", readsPolicy)
}

// shownPolicy is what policy show --json prints.
type shownPolicy struct {
	Parameter string    `json:"parameter"` // "" where the default policy judges
	Version   int64     `json:"version"`
	Judges    bool      `json:"judges"`
	At        time.Time `json:"at,omitzero"`
	By        string    `json:"by,omitempty"`
	Text      string    `json:"text"`
	// Parts are which parts of the account it acts on, in words; of the version that judges.
	Parts []string `json:"parts,omitempty"`
	// Refused is the newest version, where that does not parse.
	Refused *refusedPolicy `json:"refused,omitempty"`
}

type refusedPolicy struct {
	Version int64  `json:"version"`
	Error   string `json:"error"`
}

// Run prints the policy.
func (p policyShowCommand) Run(ctx context.Context, s streams) error {
	c, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	if c.deployed.Policy == "" {
		if p.Version != 0 {
			return usage("the stack %s has no parameter with a policy, and so no versions of one: it judges by the default policy", c.deployed.Stack)
		}
		fmt.Fprintf(s.err, "The stack %s has no policy of its own: it judges by the default one, here as this quarantine has it.\n", c.deployed.Stack)
		return p.print(s, shownPolicy{Judges: true, Text: string(triage.DefaultPolicyYAML), Parts: triage.DefaultPolicy().WhichPartsAct()})
	}
	d, err := c.read(ctx)
	if err != nil {
		return err
	}
	v, there := d.Version(cmp.Or(p.Version, d.Judging.Number))
	if !there {
		return c.noVersion(d, p.Version)
	}
	out := shownPolicy{Parameter: d.Parameter, Version: v.Number, Judges: v.Number == d.Judging.Number, At: v.At.UTC(), By: v.By, Text: v.Value}
	judges := map[bool]string{true: "it judges", false: fmt.Sprintf("version %d judges", d.Judging.Number)}[out.Judges]
	fmt.Fprintf(s.err, "Version %d of %s, written %s by %s: %s.\n", v.Number, d.Parameter, v.At.UTC().Format(time.DateTime+" UTC"), v.By, judges)
	if d.Refused != nil {
		out.Refused = &refusedPolicy{d.Newest().Number, d.Refused.Error()}
		fmt.Fprintf(s.err, "Version %d does not judge: %v\n", d.Newest().Number, d.Refused)
	}
	if out.Judges && d.Policy != nil {
		out.Parts = d.Policy.WhichPartsAct()
	}
	return p.print(s, out)
}

func (p policyShowCommand) print(s streams, out shownPolicy) error {
	for _, line := range out.Parts {
		fmt.Fprintln(s.err, "  "+message.Clean(line, longestPart))
	}
	if p.JSON {
		return writeJSON(s.out, out)
	}
	_, err := fmt.Fprint(s.out, out.Text)
	return err
}

// noVersion says which versions there are, where none is the one that was meant.
func (c *inAccount) noVersion(d policychange.Deployed, asked int64) error {
	oldest, newest := d.Kept()
	if asked == 0 {
		return usage("no version of %s parses, from %d to %d: no finding is judged until one is pushed that does: %w", d.Parameter, oldest, newest, d.Refused)
	}
	return usage("%s has no version %d: there are %d to %d", d.Parameter, asked, oldest, newest)
}
