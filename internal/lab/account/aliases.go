package account

import (
	"context"

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
	"github.com/ec2-quarantine/quarantine/internal/lab/account/slack"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sts"
)

// Aliases for the types of the account's parts, so that users import this package alone: the
// packages of the parts have the same names as the SDK's.
type (
	// Clock is [call.Clock].
	Clock = call.Clock
	// Call is [call.Call].
	Call = call.Call
	// Caller is [call.Caller].
	Caller = call.Caller
	// Effect is [call.Effect].
	Effect = call.Effect
	// Fault is [call.Fault].
	Fault = call.Fault
	// Kind is [call.Kind].
	Kind = call.Kind
	// Limit is [call.Limit].
	Limit = call.Limit
	// Limits is [call.Limits].
	Limits = call.Limits
	// Stopped is [call.Stopped].
	Stopped = call.Stopped
	// UnsupportedError is [call.UnsupportedError].
	UnsupportedError = call.UnsupportedError

	// EC2 is [ec2.Client].
	EC2 = ec2.Client
	// VPC is [ec2.VPC].
	VPC = ec2.VPC
	// Subnet is [ec2.Subnet].
	Subnet = ec2.Subnet
	// ACL is [ec2.ACL].
	ACL = ec2.ACL
	// ACLRule is [ec2.ACLRule].
	ACLRule = ec2.ACLRule
	// SecurityGroup is [ec2.SecurityGroup].
	SecurityGroup = ec2.SecurityGroup
	// Rule is [ec2.Rule].
	Rule = ec2.Rule
	// Instance is [ec2.Instance].
	Instance = ec2.Instance
	// Interface is [ec2.Interface].
	Interface = ec2.Interface
	// Volume is [ec2.Volume].
	Volume = ec2.Volume
	// Change is [ec2.Change].
	Change = ec2.Change
	// ACLState is [ec2.ACLState].
	ACLState = ec2.ACLState

	// AutoScaling is [autoscaling.Client].
	AutoScaling = autoscaling.Client
	// ScalingGroup is [autoscaling.Group].
	ScalingGroup = autoscaling.Group

	// Detector is [guardduty.Detector].
	Detector = guardduty.Detector
	// EventRule is [events.EventRule].
	EventRule = events.EventRule
	// RuleTarget is [events.RuleTarget].
	RuleTarget = events.RuleTarget
	// Alarm is [cloudwatch.Alarm].
	Alarm = cloudwatch.Alarm

	// ELBv2 is [elbv2.Client].
	ELBv2 = elbv2.Client
	// TargetGroup is [elbv2.TargetGroup].
	TargetGroup = elbv2.TargetGroup
	// Target is [elbv2.Target].
	Target = elbv2.Target
	// ELB is [elb.Client].
	ELB = elb.Client

	// Packet is [reach.Packet].
	Packet = reach.Packet
	// Path is [reach.Path].
	Path = reach.Path
	// PathRule is [reach.Rule].
	PathRule = reach.Rule

	// Seed is [grow.Seed].
	Seed = grow.Seed
	// SeedInterface is [grow.SeedInterface].
	SeedInterface = grow.SeedInterface
	// SeedGroup is [grow.SeedGroup].
	SeedGroup = grow.SeedGroup
	// Grown is [grow.Grown].
	Grown = grow.Grown
	// LoadError is [load.Error].
	LoadError = load.Error

	// TableIndex is [dynamodb.Index].
	TableIndex = dynamodb.Index
	// DynamoDB is [dynamodb.Client].
	DynamoDB = dynamodb.Client
	// SNS is [sns.Client].
	SNS = sns.Client
	// Message is [sns.Message].
	Message = sns.Message
	// Subscribers is [sns.Subscribers].
	Subscribers = sns.Subscribers
	// EventBridge is [events.Client].
	EventBridge = events.Client
	// Event is [events.Event].
	Event = events.Event
	// IAM is [iam.Client].
	IAM = iam.Client
	// Role is [iam.Role].
	Role = iam.Role
	// User is [iam.User].
	User = iam.User
	// UserGroup is [iam.Group].
	UserGroup = iam.Group
	// KeyUse is [iam.KeyUse].
	KeyUse = iam.KeyUse
	// STS is [sts.Client].
	STS = sts.Client
	// Post is [slack.Post].
	Post = slack.Post
)

// DefaultBus is [events.DefaultBus].
const DefaultBus = events.DefaultBus

// The kinds of fault; [call.Kind] says what each does.
const (
	// Throttle is [call.Throttle].
	Throttle = call.Throttle
	// ServerError is [call.ServerError].
	ServerError = call.ServerError
	// Deny is [call.Deny].
	Deny = call.Deny
	// Code is [call.Code].
	Code = call.Code
	// TimeoutBefore is [call.TimeoutBefore].
	TimeoutBefore = call.TimeoutBefore
	// TimeoutAfter is [call.TimeoutAfter].
	TimeoutAfter = call.TimeoutAfter
	// StopBefore is [call.StopBefore].
	StopBefore = call.StopBefore
	// StopAfter is [call.StopAfter].
	StopAfter = call.StopAfter
	// Interfere is [call.Interfere].
	Interfere = call.Interfere
	// Delayed is [call.Delayed].
	Delayed = call.Delayed
	// Stale is [call.Stale].
	Stale = call.Stale
)

// Sources and targets of packets; see [reach.Packet].
const (
	// Internet is [reach.Internet].
	Internet = reach.Internet
	// Resolver is [reach.Resolver].
	Resolver = reach.Resolver
	// Metadata is [reach.Metadata].
	Metadata = reach.Metadata
	// TimeSync is [reach.TimeSync].
	TimeSync = reach.TimeSync
	// DHCP is [reach.DHCP].
	DHCP = reach.DHCP
)

// The rules that others ask for by name; see [reach.Rule].
const (
	// RuleNAT is [reach.RuleNAT].
	RuleNAT = reach.RuleNAT
)

// EC2Limits are EC2's documented request limits.
func EC2Limits(c Call) (bucket string, limit Limit) { return ec2.Limits(c) }

// WithCaller returns a context whose calls are c's.
func WithCaller(ctx context.Context, c Caller) context.Context { return call.WithCaller(ctx, c) }

// Printed is an SDK input or output as the AWS command line prints it.
func Printed(v any) any { return call.Printed(v) }
