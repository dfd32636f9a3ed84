// Package account is an in-memory AWS account: the parts of EC2, Auto Scaling, DynamoDB, IAM, SNS,
// SQS, EventBridge, CloudWatch, GuardDuty, Service Quotas, STS and Step Functions that the product uses, and a Slack incoming webhook.
//
// Its clients have methods with the signatures of the SDK's clients, so that both implement
// any narrow interface declared over the SDK. It behaves like AWS as far as a caller can
// observe, and it is strict: an input field, a filter or an expression that it does not
// implement is an [UnsupportedError] and never ignored.
//
// An Account is safe for concurrent use.
package account

import (
	"io"
	"maps"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/elb"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/events"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/grow"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/load"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/slack"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sqs"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/states"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sts"
)

// Account is one AWS account in one Region: its services, behind one endpoint. Each service
// provides its client, methods for a test's setup, and changes by others.
type Account struct {
	endpoint *call.Endpoint
	*ec2.Resources
	*autoscaling.Groups
	*elbv2.TargetGroups
	*elb.Balancers
	*dynamodb.Tables
	*sns.Topics
	*events.Buses
	*sqs.Queues
	*cloudwatch.Alarms
	*servicequotas.Quotas
	*guardduty.Detectors
	*sts.Identities
	*iam.Roles
	*slack.Channel
	*states.Machines
}

// New makes an empty account: without VPC, table or topic.
func New(o Options) *Account {
	e := call.New(o.endpoint())
	return &Account{
		endpoint:     e,
		Resources:    ec2.New(e, ec2.Options{SnapshotTime: o.SnapshotTime, PageSize: o.PageSize}),
		Groups:       autoscaling.New(e),
		TargetGroups: elbv2.New(e, o.PageSize),
		Balancers:    elb.New(e, o.PageSize),
		Tables:       dynamodb.New(e),
		Topics:       sns.New(e),
		Buses:        events.New(e),
		Queues:       sqs.New(e),
		Alarms:       cloudwatch.New(e),
		Quotas:       servicequotas.New(e),
		Detectors:    guardduty.New(e),
		Identities:   sts.New(e),
		Roles:        iam.New(e, o.PageSize),
		Channel:      slack.New(e),
		Machines:     states.New(e),
	}
}

// LoadJSON makes an account from the AWS command line's output about its network; see
// [load.JSON]. Everything that is wrong with that output is reported in a [LoadError].
//
// Account ID and Region are those of the description unless o sets them. about are the
// instances for which it is read; see [load.JSON].
func LoadJSON(r io.Reader, o Options, about ...string) (*Account, error) {
	described, err := load.JSON(r, about...)
	if err != nil {
		return nil, err
	}
	if o.AccountID == "" {
		o.AccountID = described.ID
	}
	if o.Region == "" {
		o.Region = described.Region
	}
	a := New(o)
	a.Fill(described.Resources)
	a.addDescribed(described)
	a.addGroups()
	return a, nil
}

// ID is the account's 12 digits.
func (a *Account) ID() string { return a.endpoint.AccountID() }

// Region is the account's Region.
func (a *Account) Region() string { return a.endpoint.Region() }

// Calls returns all calls so far, in the order in which they started.
func (a *Account) Calls() []Call { return a.endpoint.Calls() }

// Effects is the number of effects and changes by others so far.
func (a *Account) Effects() int { return a.endpoint.Effects() }

// Inject arms a fault; see [call.Endpoint.Inject].
func (a *Account) Inject(f Fault) (remove func()) { return a.endpoint.Inject(f) }

// ApplyDelayed applies the requests that faults delayed now; see
// [call.Endpoint.ApplyDelayed].
func (a *Account) ApplyDelayed() error { return a.endpoint.ApplyDelayed() }

// Attributes returns what calls can set on things by their ids: see [ec2.Resources.Attributes], of
// instances in a group [autoscaling.Groups.GroupStates], of keys [iam.Roles.KeyStates], and of what is
// registered in target groups and load balancers [Account.registrations].
func (a *Account) Attributes() map[string]map[string]string {
	out := a.Resources.Attributes()
	for id, of := range a.GroupStates() {
		if out[id] != nil {
			maps.Copy(out[id], of)
		}
	}
	maps.Copy(out, a.KeyStates())
	maps.Copy(out, a.registrations())
	return out
}

// CanReach reports whether a packet gets through; see [reach.Through].
func (a *Account) CanReach(p Packet) (path Path) {
	a.Read(func(d ec2.Description) { path = reach.Through(d, p) })
	return path
}

// Families tells which versions of IP an instance has addresses of; see [reach.Families].
func (a *Account) Families(instance string) (ipv4, ipv6 bool) {
	a.Read(func(d ec2.Description) { ipv4, ipv6 = reach.Families(d, instance) })
	return ipv4, ipv6
}

// OpenPorts are the TCP ports that rules of a host's security groups name; see [reach.Ports].
func (a *Account) OpenPorts(host string) (ports []int) {
	a.Read(func(d ec2.Description) { ports = reach.Ports(d, host) })
	return ports
}

// InstanceRoles are the names of the roles whose credentials instances get, by the instances' ids.
func (a *Account) InstanceRoles() map[string]string {
	profiles := map[string]string{}
	a.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			if i.IamInstanceProfile != nil && i.IamInstanceProfile.Arn != nil {
				profiles[*i.InstanceId] = (*i.IamInstanceProfile.Arn)[strings.LastIndexByte(*i.IamInstanceProfile.Arn, '/')+1:]
			}
		}
	})
	for id, profile := range profiles {
		profiles[id] = a.ProfileRole(profile)
	}
	return profiles
}

// AddProfiles creates, for each instance profile that an instance has and IAM does not know, that
// profile with a role of its name: what describes instances does not name the role.
func (a *Account) AddProfiles() {
	var missing []string
	a.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			if i.IamInstanceProfile != nil && i.IamInstanceProfile.Arn != nil {
				missing = append(missing, (*i.IamInstanceProfile.Arn)[strings.LastIndexByte(*i.IamInstanceProfile.Arn, '/')+1:])
			}
		}
	})
	for _, name := range missing {
		if !a.HasProfile(name) {
			a.AddRole(iam.Role{Name: name})
		}
	}
}

// Grow creates what a seed describes, and the Auto Scaling group that its tags name; see
// [grow.Around].
func (a *Account) Grow(s Seed) Grown {
	grown := grow.Around(a.Resources, s)
	a.addGroups()
	return grown
}
