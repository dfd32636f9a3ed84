package account

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/grow"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/load"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/slack"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sts"
)

// The words of an account's parts, so that users of an account import this
// package alone: the SDK's packages have the names of the services' own.
type (
	Clock            = call.Clock
	Call             = call.Call
	Caller           = call.Caller
	Effect           = call.Effect
	Fault            = call.Fault
	Kind             = call.Kind
	Limit            = call.Limit
	Limits           = call.Limits
	Stopped          = call.Stopped
	UnsupportedError = call.UnsupportedError

	EC2           = ec2.Client
	VPC           = ec2.VPC
	Subnet        = ec2.Subnet
	ACL           = ec2.ACL
	ACLRule       = ec2.ACLRule
	SecurityGroup = ec2.SecurityGroup
	Rule          = ec2.Rule
	Instance      = ec2.Instance
	Interface     = ec2.Interface
	Volume        = ec2.Volume
	Change        = ec2.Change
	ACLState      = ec2.ACLState

	Packet = reach.Packet
	Path   = reach.Path

	Seed          = grow.Seed
	SeedInterface = grow.SeedInterface
	SeedGroup     = grow.SeedGroup
	Grown         = grow.Grown
	LoadError     = load.Error

	DynamoDB   = dynamodb.Client
	TableIndex = dynamodb.Index
	SNS        = sns.Client
	Message    = sns.Message
	STS        = sts.Client
	Post       = slack.Post
)

// The kinds of fault; [call.Kind] says what each does.
const (
	Throttle      = call.Throttle
	ServerError   = call.ServerError
	Deny          = call.Deny
	Code          = call.Code
	TimeoutBefore = call.TimeoutBefore
	TimeoutAfter  = call.TimeoutAfter
	StopBefore    = call.StopBefore
	StopAfter     = call.StopAfter
	Interfere     = call.Interfere
	Delayed       = call.Delayed
	Stale         = call.Stale
)

// Places that a packet can come from or go to; see [reach.Packet].
const (
	Internet = reach.Internet
	Resolver = reach.Resolver
	Metadata = reach.Metadata
	TimeSync = reach.TimeSync
	DHCP     = reach.DHCP
)

// EC2Limits are the request limits that EC2 documents.
func EC2Limits(c Call) (bucket string, limit Limit) { return ec2.Limits(c) }

// WithCaller marks every call made with the context as c's.
func WithCaller(ctx context.Context, c Caller) context.Context { return call.WithCaller(ctx, c) }

// Printed is an input or output of the SDK's as the AWS command line prints it.
func Printed(v any) any { return call.Printed(v) }
