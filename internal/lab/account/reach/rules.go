package reach

import "slices"

// Rule is what decides about a packet: a sentence of AWS's documentation, or that no document
// tells. An answer names the rules that it follows from.
type Rule string

// The rules. What each says, and where, stands in the table below.
const (
	RuleRoute       Rule = "route"
	RuleGateway     Rule = "internet-gateway"
	RuleACL         Rule = "network-acl"
	RuleInside      Rule = "inside-a-subnet"
	RuleGroup       Rule = "security-group"
	RuleTracked     Rule = "tracked"
	RuleUntracked   Rule = "untracked"
	RuleAlways      Rule = "always-tracked"
	RuleIdle        Rule = "idle-timeout"
	RuleStarved     Rule = "starved-entry"
	RuleChangedIdle Rule = "changed-timeout"
	RuleDefaultIdle Rule = "default-timeout"
	RuleNAT         Rule = "nat-gateway"
	RuleNATIdle     Rule = "nat-gateway-timeout"
	RuleNATStarved  Rule = "nat-gateway-starved"
	RuleUnfiltered  Rule = "never-filtered"
	RuleMetadata    Rule = "metadata-options"
	RuleDescription Rule = "description"
)

const (
	trackingPage = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html"
	aclPage      = "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html"
	idlePart     = trackingPage + "#connection-tracking-timeouts"
	natPage      = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html"
	natIdlePart  = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html#nat-gateway-troubleshooting-timeout"
)

var rules = map[Rule]struct{ says, document string }{
	RuleRoute: {
		"The most specific route of the subnet's route table decides where a packet goes.",
		"https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
	},
	RuleGateway: {
		"An internet gateway carries what has a public address.",
		"https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
	},
	RuleACL: {
		"A network ACL keeps no state: it judges every packet and every answer at the subnet's border, those " +
			"of open connections, too.",
		aclPage,
	},
	RuleInside: {
		"A network ACL does not act between hosts of one subnet.",
		aclPage,
	},
	RuleGroup: {
		"A security group allows what one of its rules allows, and the answers to it.",
		"https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
	},
	RuleTracked: {
		"A change of security groups does not end a tracked connection: it goes on until it was idle for too " +
			"long.",
		trackingPage,
	},
	RuleUntracked: {
		"A connection that is not tracked ends with the rules that allow it.",
		trackingPage + "#untracked-connections",
	},
	RuleAlways: {
		"What goes through NAT gateways, Network Load Balancers, endpoints, transit gateways and their like " +
			"is tracked, whatever the rules.",
		trackingPage + "#automatic-tracking",
	},
	RuleIdle: {
		"A connection that was idle for the interface's timeout is tracked no more.",
		idlePart,
	},
	RuleStarved: {
		"Not known: whether packets that were dropped on their way kept a connection tracked for longer than " +
			"its timeout. No document tells.",
		idlePart,
	},
	RuleChangedIdle: {
		"Not known: whether a changed timeout holds for connections that are tracked already. No document " +
			"tells.",
		idlePart,
	},
	RuleDefaultIdle: {
		"Not known: whether the instance's type is of Nitro v6, where the timeout is 350 seconds unless its " +
			"interface says otherwise; else it is five days.",
		"https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionTrackingConfiguration.html",
	},
	RuleNAT: {
		"A NAT gateway sends what comes from its VPC on from its own subnet, under that subnet's network ACL " +
			"and with its own address.",
		natPage,
	},
	RuleNATIdle: {
		"A NAT gateway forgets a connection that was idle for 350 seconds.",
		natIdlePart,
	},
	RuleNATStarved: {
		"Not known: whether packets of the other side kept a NAT gateway's entry for longer than 350 seconds " +
			"while nothing got through. No document tells.",
		natIdlePart,
	},
	RuleUnfiltered: {
		"Neither network ACLs nor security groups filter the VPC's resolver, the metadata service, time sync " +
			"and DHCP.",
		aclPage,
	},
	RuleMetadata: {
		"An instance whose metadata options disable the endpoint has no metadata service.",
		"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html",
	},
	RuleDescription: {
		"What the account's description does not have is not known.",
		"",
	},
}

// Says is the rule in words.
func (r Rule) Says() string { return rules[r].says }

// Document is the address of AWS's text about it; "" if it is not about AWS.
func (r Rule) Document() string { return rules[r].document }

// together adds a rule to those that an answer follows from, once.
func together(all []Rule, r Rule) []Rule {
	if slices.Contains(all, r) {
		return all
	}
	return append(all, r)
}
