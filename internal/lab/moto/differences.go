package moto

// The differences of EC2.
var (
	TokenIgnored = Difference{
		Name: "client tokens",
		How:  "CreateNetworkAcl makes another ACL for a ClientToken that was used before.",
		AWS:  "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
	}
	NoLastRule = Difference{
		Name: "the last rule of a new ACL",
		How:  "A new network ACL has no entries at all, not even the one in each direction that denies everything.",
		AWS:  "https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html",
	}
	GoneIsServerError = Difference{
		Name: "an association that is gone",
		How:  "ReplaceNetworkAclAssociation answers status 500 without a code, not InvalidAssociationID.NotFound.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	}
	RefusalUnties = Difference{
		Name: "an association that a refused replacement named",
		How:  "ReplaceNetworkAclAssociation with an ACL that does not exist removes the association before it refuses, and the subnet has none then.",
		AWS:  "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html",
	}
	TagsAnything = Difference{
		Name: "tags of an ACL that does not exist",
		How:  "CreateTags succeeds for a network ACL that does not exist, and does not answer InvalidNetworkAclID.NotFound.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	}
	SnapshotsAtOnce = Difference{
		Name: "snapshots that are pending",
		How:  "CreateSnapshots gives no state, takes each snapshot of a set at a moment of its own, and all are completed at once.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SnapshotInfo.html",
	}
	OnePage = Difference{
		Name: "pages of ACLs and snapshots",
		How:  "DescribeNetworkAcls and DescribeSnapshots give everything on one page, whatever MaxResults says.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html",
	}
	NoSuchDevice = Difference{
		Name: "a device that is not mapped",
		How:  "ModifyInstanceAttribute answers status 500 for a device without a volume, not InvalidInstanceAttributeValue.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	}
	ProtectsTerminated = Difference{
		Name: "attributes of a terminated instance",
		How:  "ModifyInstanceAttribute succeeds for a terminated instance, and does not answer IncorrectInstanceState.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	}
	AnyGroup = Difference{
		Name: "groups of an interface",
		How:  "ModifyNetworkInterfaceAttribute takes a group that does not exist, and does not answer InvalidGroup.NotFound.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html",
	}
	StaysAttached = Difference{
		Name: "interfaces of a terminated instance",
		How:  "An interface is neither deleted nor detached when its instance is terminated.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceSpecification.html",
	}
	DeletesUsedGroup = Difference{
		Name: "a group that an interface has",
		How:  "DeleteSecurityGroup deletes it, and does not answer DependencyViolation.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html",
	}
	MetadataAtOnce = Difference{
		Name: "metadata options that are pending",
		How:  "ModifyInstanceMetadataOptions is applied at once.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html",
	}
	MetadataOfTerminated = Difference{
		Name: "metadata options of a terminated instance",
		How:  "ModifyInstanceMetadataOptions succeeds for a terminated instance, and does not answer IncorrectInstanceState.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	}
	NoScreenshots = Difference{
		Name: "screenshots of consoles",
		How:  "GetConsoleScreenshot is not known.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleScreenshot.html",
	}
	NoLocks = Difference{
		Name: "locks of snapshots",
		How:  "LockSnapshot and DescribeLockedSnapshots are not known.",
		AWS:  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html",
	}

	EC2 = Differences{
		TokenIgnored, NoLastRule, GoneIsServerError, RefusalUnties, TagsAnything, SnapshotsAtOnce, OnePage,
		NoSuchDevice, ProtectsTerminated, AnyGroup, StaysAttached, DeletesUsedGroup, MetadataAtOnce, MetadataOfTerminated,
		NoScreenshots, NoLocks,
	}
)

// The differences of Auto Scaling.
var (
	StandbyAtOnce = Difference{
		Name: "instances on their way into standby and back",
		How:  "EnterStandby and ExitStandby have the instance in its new state at once.",
		AWS:  "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html",
	}
	StandbyOfAnything = Difference{
		Name: "standby of an instance in another state or group",
		How:  "EnterStandby and ExitStandby succeed whatever state the instance is in, and where it is not in the group.",
		AWS:  "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html",
	}

	NoTrafficSources = Difference{
		Name: "traffic sources of a group",
		How:  "DescribeTrafficSources is not known.",
		AWS:  "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTrafficSources.html",
	}

	AutoScaling = Differences{StandbyAtOnce, StandbyOfAnything, NoTrafficSources}
)

// The differences of Elastic Load Balancing.
var (
	DrainsAtOnce = Difference{
		Name: "targets that drain",
		How:  "A target that is deregistered is unused at once, and is never draining.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html",
	}
	OnePortATarget = Difference{
		Name: "several ports of a target",
		How:  "RegisterTargets keeps the last port of an id, and the ports before are not registered any more.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
	}
	NoZones = Difference{
		Name: "the zone of a target",
		How:  "The Availability Zone that an address is registered with is not described.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html",
	}
	UnknownTargetRefused = Difference{
		Name: "a target that is not registered",
		How:  "DeregisterTargets answers InvalidTarget for it, where AWS answers nothing and does nothing.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html",
	}
	TargetOfAnyKind = Difference{
		Name: "a target of a kind that a group does not take",
		How:  "RegisterTargets takes an instance in a group of addresses, and does not answer InvalidTarget.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
	}
	UnknownInstanceTaken = Difference{
		Name: "an instance that is not registered in a load balancer",
		How:  "DeregisterInstancesFromLoadBalancer succeeds for it, and does not answer InvalidInstance.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeregisterInstancesFromLoadBalancer.html",
	}
	GoneBalancer = Difference{
		Name: "a load balancer that is gone",
		How:  "RegisterInstancesWithLoadBalancer and DeregisterInstancesFromLoadBalancer answer status 500, not LoadBalancerNotFound.",
		AWS:  "https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html",
	}

	ELBv2 = Differences{DrainsAtOnce, OnePortATarget, NoZones, UnknownTargetRefused, TargetOfAnyKind}
	ELB   = Differences{UnknownInstanceTaken, GoneBalancer}
)

// The differences of DynamoDB.
var (
	// ConditionsRace is not for assertions: it is why [Account.Config] sends one request
	// at a time. The contracts still test moto's conditions that way, with calls in any
	// order, and requests of other callers between the calls of one operation.
	ConditionsRace = Difference{
		Name: "conditional writes side by side",
		How:  "Requests are answered in threads that do not wait for each other between looking at a condition and writing, so two of them can succeed.",
		AWS:  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate",
	}

	DynamoDB = Differences{ConditionsRace}
)

// The differences of SNS.
var (
	SizeInCharacters = Difference{
		Name: "the size of a message",
		How:  "Publish counts characters, not bytes, and leaves the attributes out.",
		AWS:  "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
	}
	SubjectOfAnything = Difference{
		Name: "the characters of a subject",
		How:  "Publish takes line breaks and control characters in a subject, and a space at its beginning.",
		AWS:  "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
	}

	SNS = Differences{SizeInCharacters, SubjectOfAnything}
)

// The differences of EventBridge.
var (
	EventOfAnySize = Difference{
		Name: "the size of an event",
		How:  "PutEvents takes an event of more than 256 KB.",
		AWS:  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html",
	}

	EventBridge = Differences{EventOfAnySize}
)

// The differences of IAM.
var (
	NoLimitOfPolicies = Difference{
		Name: "the size of the inline policies of a role or a user",
		How:  "PutRolePolicy and PutUserPolicy take any number of characters, and do not answer LimitExceeded.",
		AWS:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	}

	IAM = Differences{NoLimitOfPolicies}
)
