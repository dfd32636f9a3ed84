package guardduty

import "slices"

// The finding types that concern EC2 instances, by the side of the instance, as read
// from
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html
// https://docs.aws.amazon.com/guardduty/latest/ug/findings-runtime-monitoring.html
// https://docs.aws.amazon.com/guardduty/latest/ug/findings-malware-protection.html
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-attack-sequence-finding-types.html
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-retired.html

// actorTypes are the types in which the instance acts, or carries malware.
var actorTypes = []string{
	"AttackSequence:EC2/CompromisedInstanceGroup",
	"AttackSequence:ECS/CompromisedCluster",
	"AttackSequence:EKS/CompromisedCluster",
	"Backdoor:EC2/C&CActivity.B",
	"Backdoor:EC2/C&CActivity.B!DNS",
	"Backdoor:EC2/DenialOfService.Dns",
	"Backdoor:EC2/DenialOfService.Tcp",
	"Backdoor:EC2/DenialOfService.Udp",
	"Backdoor:EC2/DenialOfService.UdpOnTcpPorts",
	"Backdoor:EC2/DenialOfService.UnusualProtocol",
	"Backdoor:EC2/Spambot",
	"Backdoor:EC2/XORDDOS",
	"Backdoor:Runtime/C&CActivity.B",
	"Backdoor:Runtime/C&CActivity.B!DNS",
	"Behavior:EC2/NetworkPortUnusual",
	"Behavior:EC2/TrafficVolumeUnusual",
	"CryptoCurrency:EC2/BitcoinTool.A",
	"CryptoCurrency:EC2/BitcoinTool.B",
	"CryptoCurrency:EC2/BitcoinTool.B!DNS",
	"CryptoCurrency:Runtime/BitcoinTool.B",
	"CryptoCurrency:Runtime/BitcoinTool.B!DNS",
	"DefenseEvasion:EC2/UnusualDNSResolver",
	"DefenseEvasion:EC2/UnusualDoHActivity",
	"DefenseEvasion:EC2/UnusualDoTActivity",
	"DefenseEvasion:Runtime/FilelessExecution",
	"DefenseEvasion:Runtime/KernelModuleLoaded",
	"DefenseEvasion:Runtime/ProcessInjection.Proc",
	"DefenseEvasion:Runtime/ProcessInjection.Ptrace",
	"DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite",
	"DefenseEvasion:Runtime/PtraceAntiDebugging",
	"DefenseEvasion:Runtime/SuspiciousCommand",
	"Discovery:Runtime/SuspiciousCommand",
	"Execution:EC2/MaliciousFile",
	"Execution:EC2/MaliciousFile!AMI",
	"Execution:EC2/MaliciousFile!RecoveryPoint",
	"Execution:EC2/MaliciousFile!Snapshot",
	"Execution:EC2/SuspiciousFile",
	"Execution:Runtime/MaliciousFileExecuted",
	"Execution:Runtime/NewBinaryExecuted",
	"Execution:Runtime/NewLibraryLoaded",
	"Execution:Runtime/ReverseShell",
	"Execution:Runtime/SuspiciousCommand",
	"Execution:Runtime/SuspiciousShellCreated",
	"Execution:Runtime/SuspiciousTool",
	"Impact:EC2/AbusedDomainRequest.Reputation",
	"Impact:EC2/BitcoinDomainRequest.Reputation",
	"Impact:EC2/MaliciousDomainRequest.Custom",
	"Impact:EC2/MaliciousDomainRequest.Reputation",
	"Impact:EC2/PortSweep",
	"Impact:EC2/SuspiciousDomainRequest.Reputation",
	"Impact:Runtime/AbusedDomainRequest.Reputation",
	"Impact:Runtime/BitcoinDomainRequest.Reputation",
	"Impact:Runtime/CryptoMinerExecuted",
	"Impact:Runtime/MaliciousDomainRequest.Reputation",
	"Impact:Runtime/SuspiciousDomainRequest.Reputation",
	"Persistence:Runtime/SuspiciousCommand",
	"PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified",
	"PrivilegeEscalation:Runtime/ContainerMountsHostDirectory",
	"PrivilegeEscalation:Runtime/DockerSocketAccessed",
	"PrivilegeEscalation:Runtime/ElevationToRoot",
	"PrivilegeEscalation:Runtime/RuncContainerEscape",
	"PrivilegeEscalation:Runtime/SuspiciousCommand",
	"PrivilegeEscalation:Runtime/UserfaultfdUsage",
	"Recon:EC2/Portscan",
	"Trojan:EC2/BlackholeTraffic",
	"Trojan:EC2/BlackholeTraffic!DNS",
	"Trojan:EC2/DGADomainRequest.B",
	"Trojan:EC2/DGADomainRequest.C!DNS",
	"Trojan:EC2/DNSDataExfiltration",
	"Trojan:EC2/DriveBySourceTraffic!DNS",
	"Trojan:EC2/DropPoint",
	"Trojan:EC2/DropPoint!DNS",
	"Trojan:EC2/PhishingDomainRequest!DNS",
	"Trojan:Runtime/BlackholeTraffic",
	"Trojan:Runtime/BlackholeTraffic!DNS",
	"Trojan:Runtime/DGADomainRequest.C!DNS",
	"Trojan:Runtime/DriveBySourceTraffic!DNS",
	"Trojan:Runtime/DropPoint",
	"Trojan:Runtime/DropPoint!DNS",
	"Trojan:Runtime/PhishingDomainRequest!DNS",
	"UnauthorizedAccess:EC2/MetadataDNSRebind",
	"UnauthorizedAccess:EC2/TorClient",
	"UnauthorizedAccess:EC2/TorRelay",
	"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
	"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
	"UnauthorizedAccess:Runtime/MetadataDNSRebind",
	"UnauthorizedAccess:Runtime/TorClient",
	"UnauthorizedAccess:Runtime/TorRelay",
}

// targetTypes are the types in which somebody acts against the instance.
var targetTypes = []string{
	"Recon:EC2/PortProbeEMRUnprotectedPort",
	"Recon:EC2/PortProbeUnprotectedPort",
	"UnauthorizedAccess:EC2/TorIPCaller",
}

// eitherTypes are the types in which the finding's role and direction decide.
var eitherTypes = []string{
	"Impact:EC2/WinRMBruteForce",
	"UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
	"UnauthorizedAccess:EC2/RDPBruteForce",
	"UnauthorizedAccess:EC2/SSHBruteForce",
}

// KnownTypes returns the finding types in these tables, sorted.
func KnownTypes() []string {
	return slices.Sorted(slices.Values(slices.Concat(actorTypes, targetTypes, eitherTypes)))
}
