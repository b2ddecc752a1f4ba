"""Han characters that are taken for each other by the eye."""

from __future__ import annotations

from functools import lru_cache

GROUPS = (
    "己已巳 未末 人入八 土士 日曰目 侯候 辩辨辫瓣 幕暮墓慕募 千干于 天夭夫 戊戌戍成 "
    "大太犬 王玉主 田由甲申 木本术 贝见 午牛 刀力 几儿 乌鸟 免兔 准淮 拔拨 折拆析 遣遗 "
    "徒徙 官宫 栗粟 茶荼 今令 治冶 问间向 且旦 斤斥 厉历 晴睛 情清请 盲育 壁璧 "
    "概慨 陪培倍部 密蜜 券卷 叨叼 沽估 狼狠 很恨 根跟 坐座 赢羸 薄簿 脑恼 "
    "抱跑泡 竞竟 裁栽载 喝渴 峰锋蜂 径经 枪抢 抵低底 蓝篮 捡检验 险脸 住往 "
    "挣睁 沾粘 洒酒 孤狐弧 爪瓜 代伐 厂广 冷泠 肓盲 辛幸 享亨 暑署 宣宜 哀衷衰 祟崇 "
    "汩汨 毫亳 鼓豉 即既 柏拍 特持 待侍 诗持 技枝 胜性 孢胞 酰酸 酶醇 酮铜 苷昔 "
    "病症 细组 缉辑 膜模 腺线 肽钛 肌饥 肝肚 膀肪 嘌漂 呤吟 睾辜 痢疾 瘤榴 癌瘟 "
)  # fmt: skip
"""Groups of characters of much the same shape, collected by hand from what schools and proofreaders warn of."""


@lru_cache(maxsize=1)
def look_alikes() -> dict[str, str]:
    """A character -> those that look like it."""
    found: dict[str, str] = {}
    for group in GROUPS.split():
        for char in group:
            found[char] = found.get(char, "") + group.replace(char, "")
    return found
