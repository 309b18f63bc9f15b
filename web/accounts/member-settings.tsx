export const MemberSettings = () => null;
