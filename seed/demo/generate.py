#!/usr/bin/env python3
"""Writes the generated registers of the demo district: python3 seed/demo/generate.py

The output is committed; run this only to change it. Nobody in it exists: division 990xxx is not
assigned, and numbers of the 199 0000 block are made up. The register of xingfuli.xlsx is kept as it
came.
"""

import csv
import io
import pathlib
import random

HERE = pathlib.Path(__file__).parent
HEADER = [
    "房号", "楼栋", "单元", "用途", "专有部分面积(㎡)", "面积来源",
    "业主类型", "证件号码", "业主姓名", "联系电话", "共有情况", "是否交付",
]
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国文辉玉梅"


def resident_id(rng):
    """GB 11643: 17 digits and a check character."""
    year, month, day = rng.randint(1938, 2001), rng.randint(1, 12), rng.randint(1, 28)
    body = f"99010{rng.randint(1, 5)}{year}{month:02}{day:02}{rng.randint(1, 999):03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights))
    return body + "10X98765432"[total % 11]


def credit_code(body):
    """GB 32100: 17 characters and a check character."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


class Owners:
    def __init__(self, seed, first_phone):
        self.rng = random.Random(seed)
        self.used = set()
        self.phone = first_phone

    def person(self):
        while True:
            number = resident_id(self.rng)
            if number not in self.used:
                break
        self.used.add(number)
        name = self.rng.choice(FAMILY) + "".join(self.rng.sample(GIVEN, self.rng.choice([1, 2, 2])))
        # Not everybody left a number: such owners stay on every list and vote on paper.
        phone = ""
        if self.rng.random() < 0.93:
            phone = f"1990{self.phone:07}"
            self.phone += 1
        return ["个人", number, name, phone]


def rows_of(owners, buildings, couples):
    """`buildings`: (name, entrances, storeys, flats on a landing, area in 0.01 m2)."""
    rng = owners.rng
    for building, entrances, storeys, flats, area in buildings:
        for entrance in range(1, entrances + 1):
            for storey in range(1, storeys + 1):
                for flat in range(1, flats + 1):
                    code = f"{building}-{entrance}-{storey}{flat:02}"
                    size = area + rng.randint(-1200, 1800)
                    head = [
                        code, f"{building}栋", f"{entrance}单元", "住宅", f"{size // 100}.{size % 100:02}",
                        rng.choice(["登记", "登记", "登记", "实测"]),
                    ]
                    people = [owners.person()]
                    if rng.random() < couples:
                        people.append(owners.person())
                    share = "共同共有" if len(people) > 1 else "单独所有"
                    for person in people:
                        yield head + person + [share, "是"]


def write(name, encoding, title, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if title:
        writer.writerow([title] + [""] * (len(HEADER) - 1))
    writer.writerow(HEADER)
    writer.writerows(rows)
    (HERE / name).write_bytes(text.getvalue().encode(encoding))


# The communities of the renovation projects, one for each stage of `src/app/demo/projects.rs`.
PROJECTS = [
    "春晖里", "向阳新村", "工人新村", "机床厂宿舍", "纺织里", "光明里", "红旗小区", "建设新村", "友谊里", "和睦里",
    "新风里", "长青里", "铁路宿舍", "东风里", "胜利里",
]


def main():
    # 和平新村: 2,219 homes in 24 buildings, shops of the developer, a kindergarten of the street.
    owners = Owners(20260301, 1000000)
    buildings = [(number, 4, 6, 4, 6800) for number in range(1, 20)]  # 19 × 96 = 1,824
    buildings += [(number, 3, 11, 3, 9200) for number in range(20, 23)]  # 3 × 99 = 297
    buildings += [(23, 2, 8, 6, 7400)]  # 96
    rows = list(rows_of(owners, buildings, 0.22))
    developer = ["开发商", credit_code("91990101MA0DEMA01"), "示例旧城建设开发有限公司", ""]
    public = ["单位", credit_code("12990101MB0DEMB02"), "示例街道办事处", ""]
    rows.append(["24-1-101", "24栋", "1单元", "住宅", "118.60", "登记"] + public + ["单独所有", "是"])
    rows.append(["24-1-102", "24栋", "1单元", "住宅", "96.20", "登记"] + public + ["单独所有", "是"])
    for shop in range(1, 13):
        size = ["商业", f"{40 + shop * 3}.50", "合同"]
        rows.append([f"24-S{shop:02}", "24栋", ""] + size + developer + ["单独所有", "否"])
    homes = {row[0] for row in rows if row[3] == "住宅"}
    assert len(homes) == 2219, len(homes)
    write("hepingxincun.csv", "utf-8-sig", "", rows)

    # 电信宿舍楼: one building of 36 homes, in the encoding that old office software writes.
    owners = Owners(20260302, 2000000)
    rows = list(rows_of(owners, [("D", 3, 6, 2, 7200)], 0.15))
    assert len({row[0] for row in rows}) == 36
    write("dianxin-gb18030.csv", "gb18030", "示例街道 电信宿舍楼 业主名册", rows)

    # Ten homes for each renovation project.
    for place, name in enumerate(PROJECTS):
        owners = Owners(20260400 + place, 3000000 + 100 * place)
        write(f"projects/{name}.csv", "utf-8-sig", "", list(rows_of(owners, [(1, 1, 5, 2, 6200)], 0.1)))


if __name__ == "__main__":
    main()
