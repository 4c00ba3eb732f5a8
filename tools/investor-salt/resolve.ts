import type { ConfigHooks } from "hardhat/types/hooks";

export default async (): Promise<Partial<ConfigHooks>> => ({
  resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
    const config = await next(userConfig, resolveConfigurationVariable);
    const { investorSalt } = userConfig;
    return investorSalt === undefined
      ? config
      : { ...config, investorSalt: resolveConfigurationVariable(investorSalt) };
  },
});
