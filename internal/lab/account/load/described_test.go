package load_test

// described is the merged output of the command line for a small account. Like real output, it has
// more fields than are used.
const described = `{
 "Reservations": [{"Groups": [], "OwnerId": "111122223333", "ReservationId": "r-0aaaaaaaaaaaaaaaa", "Instances": [{
   "AmiLaunchIndex": 0, "ImageId": "ami-0aaaaaaaaaaaaaaaa", "InstanceId": "i-0aaaaaaaaaaaaaaaa", "InstanceType": "t3.micro",
   "LaunchTime": "2024-05-01T12:00:00+00:00", "Monitoring": {"State": "disabled"}, "SomethingNew": {"that": "cannot matter"},
   "State": {"Code": 16, "Name": "running"}, "SubnetId": "subnet-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa",
   "PrivateIpAddress": "10.0.1.10", "PublicIpAddress": "198.51.100.10", "RootDeviceName": "/dev/xvda",
   "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"AttachTime": "2024-05-01T12:00:01+00:00", "DeleteOnTermination": true, "Status": "attached", "VolumeId": "vol-0aaaaaaaaaaaaaaaa"}}],
   "NetworkInterfaces": [{"NetworkInterfaceId": "eni-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa",
     "Attachment": {"DeviceIndex": 0, "Status": "attached"}, "Association": {"IpOwnerId": "amazon", "PublicIp": "198.51.100.10"},
     "Groups": [{"GroupId": "sg-0aaaaaaaaaaaaaaaa", "GroupName": "web"}], "PrivateIpAddress": "10.0.1.10"}],
   "Tags": [{"Key": "Name", "Value": "web"}]}]}],
 "Subnets": [
  {"AvailabilityZone": "eu-central-1a", "CidrBlock": "10.0.1.0/24", "OwnerId": "111122223333", "State": "available", "SubnetId": "subnet-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa"},
  {"AvailabilityZone": "eu-central-1b", "CidrBlock": "10.0.2.0/24", "OwnerId": "111122223333", "State": "available", "SubnetId": "subnet-0bbbbbbbbbbbbbbbb", "VpcId": "vpc-0aaaaaaaaaaaaaaaa"}],
 "NetworkAcls": [{"NetworkAclId": "acl-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa", "IsDefault": true, "OwnerId": "111122223333", "Tags": [],
   "Associations": [
    {"NetworkAclAssociationId": "aclassoc-0aaaaaaaaaaaaaaaa", "NetworkAclId": "acl-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0aaaaaaaaaaaaaaaa"},
    {"NetworkAclAssociationId": "aclassoc-0bbbbbbbbbbbbbbbb", "NetworkAclId": "acl-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0bbbbbbbbbbbbbbbb"}],
   "Entries": [
    {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100},
    {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767},
    {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100},
    {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767}]}],
 "Volumes": [{"VolumeId": "vol-0aaaaaaaaaaaaaaaa", "Size": 8, "State": "in-use", "Encrypted": false, "CreateTime": "2024-05-01T12:00:01.123Z",
   "Attachments": [{"InstanceId": "i-0aaaaaaaaaaaaaaaa", "VolumeId": "vol-0aaaaaaaaaaaaaaaa", "Device": "/dev/xvda", "State": "attached"}]}]
}`

// surroundings are the optional members.
const surroundings = `
 "Vpcs": [{"VpcId": "vpc-0aaaaaaaaaaaaaaaa", "CidrBlock": "10.0.0.0/16"}],
 "SecurityGroups": [{"GroupId": "sg-0aaaaaaaaaaaaaaaa", "GroupName": "web", "VpcId": "vpc-0aaaaaaaaaaaaaaaa",
   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}],
   "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}],
 "RouteTables": [{"RouteTableId": "rtb-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa", "Associations": [{"Main": true, "RouteTableId": "rtb-0aaaaaaaaaaaaaaaa"}],
   "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}, {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0aaaaaaaaaaaaaaaa", "State": "active"}]}],
 "InternetGateways": [{"InternetGatewayId": "igw-0aaaaaaaaaaaaaaaa", "Attachments": [{"State": "available", "VpcId": "vpc-0aaaaaaaaaaaaaaaa"}]}],`
